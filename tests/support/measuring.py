"""What tests in Python share that run the programs of the build: a folder of their own, commands with a time limit, traces
and what the report says of them.

Run by Meson with MALLOCOP_BUILD and MALLOCOP_SOURCE in the environment, and this folder in PYTHONPATH.
"""
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
SECONDS = 120  # that a command may take


class Measuring(unittest.TestCase):
    """`work` is the folder of all tests of the class; commands start there."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mallocop-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.work = pathlib.Path(folder.name).resolve()
        cls.environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOCOP")} | {
            "MALLOCOP_LIBRARY": str(BUILD / "preload/libmallocop.so")}

    @classmethod
    def call(cls, *words, status=0):
        """The standard output of a command that ends with this status."""
        done = subprocess.run([str(word) for word in words], cwd=cls.work, capture_output=True, text=True, timeout=SECONDS,
                              env=cls.environment)
        if done.returncode != status:
            raise AssertionError(f"status {done.returncode}, not {status}: {words}\n{done.stdout}{done.stderr}")
        return done.stdout

    @classmethod
    def compiled(cls, name, text, *options):
        """A program made of a text in C, in which each call is a frame of its own."""
        (cls.work / name).with_suffix(".c").write_text(text)
        cls.call("cc", "-g", "-O1", "-fno-builtin", "-fno-optimize-sibling-calls", f"-I{SOURCE}/include", name + ".c", "-o", name,
                 *options)
        return cls.work / name

    @classmethod
    def measured(cls, name, *command):
        trace = cls.work / f"{name}.mcop"
        cls.call(MALLOCOP, "run", "--quiet", "-o", trace, "--", *command)
        return trace

    @classmethod
    def report(cls, trace, *options):
        return json.loads(cls.call(MALLOCOP, "report", trace, "--format", "json", *options))
