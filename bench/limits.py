"""The figures that mallocop is held to, and where in the results each is found."""
from dataclasses import dataclass
from typing import Callable

import cases
from figures import ratio, spread, time_added

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limit:
    what: str
    at_most: float  # or at least, if hoped_for is more
    hoped_for: float
    unit: str  # "x", "bytes", "ns"
    seen: Callable  # of the results by name; a Spread, or none

    def verdict(self, seen):
        """"missed", "within" or "hoped for"; empty if it was not measured."""
        if seen is None:
            return ""
        sign = -1 if self.hoped_for > self.at_most else 1
        if sign * seen.median > sign * self.at_most:
            return "**missed**"
        return "within" if sign * seen.median > sign * self.hoped_for else "as hoped"


def _of(name, value):
    return lambda results: spread(results[name].values(value)) if name in results else None


def two_threads(results, tool="mallocop"):
    """2 threads by 1 thread, in the same round."""
    if not {"threads-1", "threads-2"} <= results.keys():
        return None
    both = zip(results["threads-1"].rounds, results["threads-2"].rounds)
    return spread([two[tool].value / one[tool].value for one, two in both if tool in one and tool in two])


def _worst_reporter(results):
    """The program whose trace takes the reporter longest, beside heaptrack's."""
    ratios = [spread(result.values(reporters)) for result in results.values() if result.case.kind == cases.PROGRAM]
    return max((ratio for ratio in ratios if ratio), key=lambda ratio: ratio.median, default=None)


def reporters(figures):
    ours, theirs = figures["mallocop"].report, figures["heaptrack"].report
    return None if ours is None or theirs is None else ours / max(theirs, 1e-3)


def recordings(figures):
    return figures["mallocop"].recording / figures["heaptrack"].recording


def added(figures):
    """What mallocop adds to the bare program's figure."""
    return figures["mallocop"].value - figures["bare"].value


LIMITS = (
    Limit("malloc+free loop, 22 frames", 3.5, 2.5, "x", _of("loop-22", ratio("mallocop"))),
    Limit("malloc+free loop, 52 frames", 5, 3.5, "x", _of("loop-52", ratio("mallocop"))),
    Limit("the 22-frame loop under heaptrack ÷ ours, time added", 20, 40, "x", _of("loop-22", time_added)),
    Limit("2 threads, each its own loop ÷ 1 thread, cost of a pair", 1.15, 1.05, "x", two_threads),
    Limit("sqlite3", 1.10, 1.03, "x", _of("sqlite3", ratio("mallocop"))),
    Limit("perl", 1.10, 1.03, "x", _of("perl", ratio("mallocop"))),
    Limit("python3 json, `PYTHONMALLOC=malloc`", 1.6, 1.3, "x", _of("python3", ratio("mallocop"))),
    Limit("`clang++ -fsyntax-only`", 1.3, 1.15, "x", _of("clang", ratio("mallocop"))),
    Limit(
        "trace of a steady loop of 100 million allocations", MIB, 100 * KIB, "bytes",
        _of("steady", lambda figures: figures["mallocop"].recording),
    ),
    Limit("trace of the clang run ÷ heaptrack's file", 2, 1, "x", _of("clang", recordings)),
    Limit("memory added per thread, 10 pairs", MIB, 256 * KIB, "bytes", _of("thread-idle", added)),
    Limit("memory added per thread, 20,000 pairs", MIB, 256 * KIB, "bytes", _of("thread-busy", added)),
    Limit(
        "mark begin+end by id ÷ two `rdtsc`", 1.5, 1.1, "x",
        _of("marks", lambda figures: figures["mallocop"].value / figures["mallocop"].more["rdtsc"]),
    ),
    Limit(
        "mark begin+end by name ÷ two `rdtsc`", 1.5, 1.1, "x",
        _of("marks", lambda figures: figures["mallocop"].more["by_name"] / figures["mallocop"].more["rdtsc"]),
    ),
    Limit("call of a function that is counted, nothing else meanwhile, time added", 10, 3, "ns", _of("calls", added)),
    Limit("`mallocop report` ÷ `heaptrack_print`, the worst of the programs", 1 / 5, 1 / 20, "x", _worst_reporter),
)
