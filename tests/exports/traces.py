"""The programs that the tests of exports measure, and their traces."""
from measuring import CONDUCTOR, MALLOCOP, SOURCE, Measuring


class Traces(Measuring):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call("cc", "-g", "-O1", "-fno-optimize-sibling-calls", "-pthread", f"-I{SOURCE}/include",
                 SOURCE / "tests/exports/work.c", "-o", "work")
        cls.call("strip", "work", "-o", "stripped")
        cls.traces = {}
        for name, command in {"conductor": [CONDUCTOR], "threads": ["./work"], "recursion": ["./work", "recursion"],
                              "stripped": ["./stripped"]}.items():
            cls.traces[name] = cls.measured(name, *command)

    @classmethod
    def export(cls, trace, output, *options):
        file = cls.work / f"{trace.stem}.{output}"
        cls.call(MALLOCOP, "export", trace, "--format", output, "-o", file, *options)
        return file
