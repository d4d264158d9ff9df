"""The programs that the tests of exports measure, their traces, and what the report says of them."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["MALLOCOP_BUILD"])
SOURCE = pathlib.Path(os.environ["MALLOCOP_SOURCE"])
MALLOCOP = BUILD / "report/mallocop"
CONDUCTOR = BUILD / "samples/conductor/conductor_before"


class Traces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="mallocop-exports-")
        cls.addClassCleanup(cls._folder.cleanup)
        cls.work = pathlib.Path(cls._folder.name).resolve()
        cls.call(["cc", "-g", "-O1", "-fno-optimize-sibling-calls", "-pthread", f"-I{SOURCE}/include",
                  SOURCE / "tests/exports/work.c", "-o", "work"])
        cls.call(["strip", "work", "-o", "stripped"])
        cls.traces = {}
        for name, command in {"conductor": [CONDUCTOR], "threads": ["./work"], "recursion": ["./work", "recursion"],
                              "stripped": ["./stripped"]}.items():
            cls.traces[name] = cls.measured(f"{name}.mcop", command)

    @classmethod
    def call(cls, words, status=0):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOCOP")}
        done = subprocess.run([str(word) for word in words], cwd=cls.work, capture_output=True, text=True, timeout=120,
                              env=environment | {"MALLOCOP_LIBRARY": str(BUILD / "preload/libmallocop.so")})
        if done.returncode != status:
            raise AssertionError(f"status {done.returncode}, not {status}: {words}\n{done.stdout}{done.stderr}")
        return done.stdout

    @classmethod
    def measured(cls, name, command):
        cls.call([MALLOCOP, "run", "--quiet", "-o", name, "--", *command])
        return cls.work / name

    @classmethod
    def export(cls, trace, output, *options):
        file = cls.work / f"{trace.stem}.{output}"
        cls.call([MALLOCOP, "export", trace, "--format", output, "-o", file, *options])
        return file

    @classmethod
    def report(cls, trace):
        return json.loads(cls.call([MALLOCOP, "report", trace, "--format", "json"]))
