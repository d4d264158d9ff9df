"""What `meson install` puts where, that it may be moved, and that it works from there."""
import pathlib
import unittest

from support import LIBRARIES, SOURCE, Installed, run

PROGRAM = r"""
#include <mallocop/mallocop.h>
#include <stdlib.h>
int main(void) {
  mallocop_op op = mallocop_op_begin("one");
  void *volatile block = malloc(10);
  mallocop_op_end(op);
  free(block);
  return 0;
}
"""


class Install(Installed):
    def test_everything_is_there_and_nothing_else(self):
        installed = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if not path.is_dir()}
        expected = {
            "bin/mallocop",
            f"{LIBRARIES}/mallocop/libmallocop.so",
            f"{LIBRARIES}/pkgconfig/mallocop.pc",
            *(f"share/cmake/mallocop/mallocop-{name}.cmake" for name in ("config", "config-version", "budget-test")),
            "share/bash-completion/completions/mallocop",
            "share/zsh/site-functions/_mallocop",
            "share/fish/vendor_completions.d/mallocop.fish",
            "share/mallocop/python/mallocop.py",
            *(f"share/doc/mallocop/{name}" for name in ("README.md", "CHANGELOG.md", "LICENSE")),
        }
        for source, target in [("include/mallocop", "include/mallocop"), ("docs", "share/doc/mallocop/docs"),
                               ("samples/projects", "share/doc/mallocop/examples/projects"),
                               ("integrations/rust", "share/mallocop/rust")]:
            files = [path.relative_to(SOURCE / source) for path in (SOURCE / source).rglob("*")]
            expected |= {f"{target}/{path}" for path in files if not (SOURCE / source / path).is_dir()
                         and path.parts[0] != "target" and path.name != "Cargo.lock"
                         and not (source.startswith("include") and path.name == "meson.build")}
        for page in (SOURCE / "man").glob("*.scd"):
            expected.add(f"share/man/man{page.stem[-1]}/{page.stem}")
        self.assertEqual(installed, expected)
        self.assertEqual([path for path in self.stage.rglob("*") if not path.is_dir()], [], "outside of the prefix")

    def test_the_self_test_passes_and_uses_the_installed_library(self):
        output = run([self.program, "self-test"], self.work, self.environment)
        self.assertIn(f"library {self.prefix}/{LIBRARIES}/mallocop/libmallocop.so", output)

    def test_a_program_with_marks_is_built_by_pkg_config_and_measured(self):
        folder = self.folder("marks")
        (folder / "one.c").write_text(PROGRAM)
        run("cc one.c -o one $(pkg-config --cflags --libs mallocop)", folder, self.environment)
        tool = run("pkg-config --variable=mallocop mallocop", folder, self.environment).strip()
        run([tool, "run", "--limit", "one:allocs<=1", "--", "./one"], folder, self.environment)
        run([tool, "run", "--limit", "one:allocs<=0", "--", "./one"], folder, self.environment, status=3)
        shim = run("pkg-config --variable=shim mallocop", folder, self.environment).strip()
        run(["./one"], folder, self.environment | {"LD_PRELOAD": shim, "MALLOCOP_OUT": "bare.mcop"})
        run([tool, "check", "bare.mcop", "--limit", "one:allocs<=1"], folder, self.environment)

    def test_pkg_config_names_files_that_exist_and_the_version(self):
        for name, inside in [("python", "mallocop.py"), ("rust", "Cargo.toml"), ("includedir", "mallocop/mallocop.hpp")]:
            value = run(f"pkg-config --variable={name} mallocop", self.work, self.environment).strip()
            self.assertTrue((pathlib.Path(value) / inside).is_file(), value)
        self.assertEqual("mallocop " + run("pkg-config --modversion mallocop", self.work, self.environment),
                         run([self.program, "--version"], self.work, self.environment))

    def test_the_python_module_counts(self):
        folder = self.folder("python")
        (folder / "one.py").write_text("import mallocop\nwith mallocop.operation('one'):\n  bytearray(100_000)\n")
        python = run("pkg-config --variable=python mallocop", folder, self.environment).strip()
        run([self.program, "run", "--limit", "one:bytes<=200KB", "--", "/usr/bin/python3", "one.py"], folder,
            self.environment | {"PYTHONPATH": python})
        run([self.program, "run", "--limit", "one:bytes<=10KB", "--", "/usr/bin/python3", "one.py"], folder,
            self.environment | {"PYTHONPATH": python}, status=3)


if __name__ == "__main__":
    unittest.main()
