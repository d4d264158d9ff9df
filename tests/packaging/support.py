"""What the tests of an installation share: the installed tree, commands, and the examples of the documents.

Run by Meson with MALLOCOP_BUILD, MALLOCOP_SOURCE and MESON in the environment.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["MALLOCOP_BUILD"])
SOURCE = pathlib.Path(os.environ["MALLOCOP_SOURCE"])
LIBRARIES = "lib/x86_64-linux-gnu"


def run(command, folder, environment=None, status=0):
    """Its output, standard error included. `command` is a list of words, or a line for `sh -e`."""
    words = ["sh", "-e", "-c", command] if isinstance(command, str) else [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=300)
    if status is not None and done.returncode != status:
        raise AssertionError(f"status {done.returncode} and not {status}: {command}\n{done.stdout}")
    return done.stdout if status is not None else (done.returncode, done.stdout)


class Installed(unittest.TestCase):
    """Tests that start from an installation. The tree was moved after it was installed; the build folder is not used."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="mallocop-packaging-")
        cls.addClassCleanup(cls._folder.cleanup)
        cls.work = pathlib.Path(cls._folder.name).resolve()
        run([os.environ["MESON"], "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.work / "stage"],
            cls.work)
        cls.prefix = cls.work / "moved"
        programs = [path for path in (cls.work / "stage").rglob("bin/mallocop")]
        assert len(programs) == 1, programs
        shutil.move(programs[0].parents[1], cls.prefix)
        cls.stage = cls.work / "stage"
        cls.program = cls.prefix / "bin/mallocop"
        # As a shell has it when the installation's bin is in PATH, and nothing of the test's own machine.
        cls.environment = {name: value for name, value in os.environ.items()
                           if not name.startswith(("MALLOCOP", "CMAKE", "CTEST", "DESTDIR", "MESON", "GITHUB", "LD_"))}
        cls.environment["PATH"] = f"{cls.prefix}/bin:{os.environ['PATH']}"
        cls.environment["BENCHMARK_MIN_TIME"] = "0.01"  # Google Benchmark's; what is counted is the same
        cls.environment["PKG_CONFIG_PATH"] = str(cls.prefix / LIBRARIES / "pkgconfig")

    def folder(self, name):
        path = self.work / name
        path.mkdir()
        return path

    def sample(self, name, copy):
        """A copy of one of the sample projects, as it was installed."""
        installed = self.prefix / "share/doc/mallocop/examples/projects" / name
        return pathlib.Path(shutil.copytree(installed, self.work / copy))


def examples(page):
    """Of a Markdown page, the blocks that stand below a comment: [(comment, block)]."""
    text = (SOURCE / page).read_text()
    return re.findall(r"^<!-- ([^\n]*) -->\n```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def example(page, comment):
    found = [block for name, block in examples(page) if name == comment]
    assert len(found) == 1, f"{page} has {len(found)} blocks below <!-- {comment} -->"
    return found[0]


def mend(project, undo=False):
    """Applies the change of docs/ci.md to a copy of samples/projects/cmake, or takes it back."""
    (project / "mend.diff").write_text(example("docs/ci.md", "mend"))
    run(["git", "apply", *(["--reverse"] if undo else []), "mend.diff"], project)
    (project / "mend.diff").unlink()
