"""One program, built with every kind of debug information: the same functions, files, lines and inlined frames."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["MALLOCOP_BUILD"])
SOURCES = pathlib.Path(os.environ["MALLOCOP_SOURCE"]) / "tests/symbols"
SOURCE = SOURCES / "places.cpp"
LAMBDA = SOURCES / "lambda.cpp"
FUNCTIONS = ("inner", "outer", "ends_in_a_call", "main")


def line_of(function, source=SOURCE):
    """The line that ends in the function's name as a comment."""
    lines = source.read_text().splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.endswith(f"// {function}"))


def site_of(program, *options, environment=None, folder=None):
    """The allocation of 12 bytes."""
    trace = program.with_suffix(".mcop")
    words = [BUILD / "report/mallocop", "run", "-o", trace, "--quiet", "--", program]
    subprocess.run(words, check=True)
    words = [BUILD / "report/mallocop", "report", trace, "--format", "json", *options]
    report = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, env=environment, cwd=folder).stdout)
    sites = [site for site in report["sites"] if site["largest"] == 12]
    assert len(sites) == 1, sites
    return sites[0]


def frames(program, *options, environment=None, folder=None):
    """Of each function on its stack the frame."""
    stack = site_of(program, *options, environment=environment, folder=folder)["stack"]
    return {frame["function"].split("(")[0]: frame for frame in stack if frame["function"]}


class DebugInformation(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def build(self, compiler, *options):
        program = self.folder / "places"
        subprocess.run([compiler, "-O2", *options, "-Wl,--build-id", SOURCE, "-o", program], check=True, cwd=self.folder)
        return program

    def expect_places(self, found):
        for function in FUNCTIONS:
            with self.subTest(function):
                self.assertIn(function, found)
                self.assertEqual(pathlib.Path(found[function]["file"] or "").name, SOURCE.name)
                self.assertEqual(found[function]["line"], line_of(function))
                self.assertEqual(found[function]["inlined"], function == "inner")
        self.assertNotIn("behind_it", found)

    def test_in_the_program(self):
        for compiler in ("g++", "clang++"):
            for options in (["-gdwarf-4"], ["-gdwarf-5"], ["-gdwarf-5", "-gz"], ["-gdwarf-4", "-ffunction-sections"],
                            ["-gdwarf-4", "-gsplit-dwarf"], ["-gdwarf-5", "-gsplit-dwarf"], ["-g", "-flto"],
                            ["-g", "-no-pie", "-fno-pie"]):
                with self.subTest(f"{compiler} {options}"):
                    self.expect_places(frames(self.build(compiler, *options)))

    def test_the_body_of_a_lambda_is_the_users(self):
        for compiler in ("g++", "clang++"):
            for level in ("-O0", "-O2"):
                with self.subTest(f"{compiler} {level}"):
                    program = self.folder / "lambda"
                    subprocess.run([compiler, "-g", level, LAMBDA, "-o", program], check=True)
                    location = site_of(program)["location"]
                    self.assertEqual(pathlib.Path(location["file"]).name, LAMBDA.name)
                    self.assertEqual(location["line"], line_of("body", LAMBDA))

    def test_in_a_file_of_its_own(self):
        program = self.build("g++", "-gdwarf-5")
        debug = self.folder / "places.debug"
        subprocess.run(["objcopy", "--only-keep-debug", program, debug], check=True)
        subprocess.run(["objcopy", "--strip-all", f"--add-gnu-debuglink={debug}", program], check=True)
        self.expect_places(frames(program))
        (self.folder / ".debug").mkdir()
        debug.rename(self.folder / ".debug/places.debug")
        self.expect_places(frames(program))

    def test_below_a_folder_that_is_named(self):
        program = self.build("clang++", "-gdwarf-5")
        notes = subprocess.run(["readelf", "-n", program], check=True, stdout=subprocess.PIPE, text=True).stdout
        build_id = notes.split("Build ID: ")[1].split()[0]
        debug = self.folder / "else/.build-id" / build_id[:2] / f"{build_id[2:]}.debug"
        debug.parent.mkdir(parents=True)
        subprocess.run(["objcopy", "--only-keep-debug", program, debug], check=True)
        subprocess.run(["objcopy", "--strip-all", program], check=True)
        self.assertNotIn("outer", frames(program))
        self.expect_places(frames(program, "--debug-path", self.folder / "else"))
        self.expect_places(frames(program, "--debug-path", "else", folder=self.folder))
        served = self.folder / "served/buildid" / build_id
        served.mkdir(parents=True)
        debug.rename(served / "debuginfo")
        environment = {**os.environ, "DEBUGINFOD_URLS": f"file://{self.folder}/served",
                       "DEBUGINFOD_CACHE_PATH": str(self.folder / "cache")}
        self.expect_places(frames(program, environment=environment))

    def test_a_folder_that_is_none_is_an_error(self):
        words = [BUILD / "report/mallocop", "report", "--debug-path", "/nonexistent", "x.mcop"]
        ended = subprocess.run(words, stderr=subprocess.PIPE, text=True)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("/nonexistent", ended.stderr)


if __name__ == "__main__":
    unittest.main()
