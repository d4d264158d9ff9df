"""From runs to figures: runs a case under each tool in turn, round by round, and keeps what came of it.

The machine's speed changes from minute to minute, so a figure is only compared with one of the same round, and what is
reported is the median of such ratios with the smallest and largest of them.
"""
import json
import pathlib
import re
import shutil
import statistics
import sys
from dataclasses import dataclass, field

import callgrind
import cases
from tools import ENVIRONMENT, Failed, find

REPORTED_ROUNDS = 3  # in how many of the rounds the reporters are timed, too


@dataclass
class Figure:
    """What one case came to under one tool in one round."""

    value: float  # in the unit of the case's kind
    peak_rss: int
    recording: int = 0  # bytes
    beside: float = 0.0  # CPU seconds of what the tool ran beside the program
    report: float | None = None  # CPU seconds of the tool's reporter
    report_rss: int | None = None
    size: int = 1  # of the run
    busy: float | None = None  # share of the time that the program had a processor, if it says so
    more: dict = field(default_factory=dict)  # other figures of the same run, by name


@dataclass
class Facts:
    """What is the same in every round: from the trace of the first."""

    allocations: int = 0
    truncated: int = 0  # of them, without a whole stack
    problems: list = field(default_factory=list)
    stacks: list = field(default_factory=list)  # frames of the host, of the two sites that allocate most


@dataclass
class Result:
    case: cases.Case
    rounds: list = field(default_factory=list)  # of {tool: Figure}
    facts: Facts = field(default_factory=Facts)
    absent: str = ""  # why there are no rounds

    def values(self, of):
        """of(round) for each round that has all that it asks for."""
        found = []
        for figures in self.rounds:
            try:
                value = of(figures)
            except KeyError:
                continue
            if value is not None:
                found.append(value)
        return found


@dataclass(frozen=True)
class Spread:
    median: float
    low: float
    high: float


def spread(values):
    return Spread(statistics.median(values), min(values), max(values)) if values else None


def ratio(tool, to="bare"):
    """How a tool's figure compares with another's, in one round."""
    return lambda figures: figures[tool].value / figures[to].value


def time_added(figures):
    """How much more time heaptrack adds than mallocop; none if mallocop's is lost in the noise."""
    bare = figures["bare"].value
    ours, theirs = figures["mallocop"].value - bare, figures["heaptrack"].value - bare
    return theirs / ours if ours > 0 else None


class Campaign:
    def __init__(self, tools, chosen, places, quick=False, cpu_time=False, progress=None):
        self.tools = tools
        self.places = places  # bench, inputs, documents, scratch: folders by name
        self.quick = quick
        self.cpu_time = cpu_time  # a pair's figure is processor time, not time on the wall
        self.progress = progress or (lambda text: None)
        self.results = {case.name: Result(case) for case in chosen}

    def run(self, names, rounds):
        for number in range(rounds):
            # Another tool goes first each time, so that none always has what another left behind.
            order = names[number % len(names) :] + names[: number % len(names)]
            for result in self.results.values():
                if result.absent or (number > 0 and result.case.once):
                    continue
                result.rounds.append({})
                for tool in [name for name in order if name in result.case.tools]:
                    self.progress(f"round {number + 1} of {rounds}: {result.case.name}, {tool}")
                    self._one(result, tool, number)

    def _one(self, result, tool, number):
        try:
            result.rounds[-1][tool] = FIGURES[result.case.kind](self, result, tool, number)
        except FileNotFoundError as error:
            result.absent = f"{error.filename} is not installed"
        except Failed as error:
            print(f"bench: {result.case.name}, {tool}: {error}", file=sys.stderr)
            result.facts.problems.append(f"{tool} failed")

    def _execute(self, case, tool, size, before=(), **names):
        scratch = self.places["scratch"]
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        words = case.words(size=size, **self.places, **names)
        program = find(words[0])
        if program is None:
            raise FileNotFoundError(2, "not found", words[0])
        stdin = case.stdin and self.places["inputs"] / case.stdin
        return self.tools.run(tool, [*before, program, *words[1:]], case.environment, stdin)

    def _pair_or_mark(self, result, tool, number):
        (size,) = result.case.sizes_for(tool, self.quick)
        run = self._execute(result.case, tool, size)
        printed = json.loads(run.output)
        elapsed = statistics.median(printed["ns"])
        cpu = statistics.median(printed["cpu_ns"]) if "cpu_ns" in printed else None
        figure = self._figure(run, cpu if cpu and self.cpu_time else elapsed, size)
        figure.busy = cpu and cpu / elapsed
        figure.more = {name: statistics.median(printed[name]) for name in ("by_name", "rdtsc") if name in printed}
        self._look_at_trace(result, tool, run, number)
        return figure

    def _call(self, result, tool, number):
        """By the launcher, which plans the detours."""
        (size,) = result.case.sizes_for(tool, self.quick)
        trace = self.places["scratch"].parent / "calls.mcop"
        trace.unlink(missing_ok=True)
        launcher = [self.tools.mallocop, "run", "--quiet", "--op", "counted::*", "-o", trace, "--"]
        words = result.case.words(size=size, **self.places)
        variables = {"MALLOCOP_LIBRARY": self.tools.shim}
        run = self.tools.run("bare", words if tool == "bare" else [*launcher, *words], variables)
        printed = {name: statistics.median(values) for name, values in json.loads(run.output).items()}
        if tool == "mallocop":
            run.recording = trace
            self._look_at_trace(result, tool, run, number)
        figure = self._figure(run, printed.pop("ns"), size)
        figure.more = printed
        return figure

    def _program(self, result, tool, number):
        (size,) = result.case.sizes_for(tool, self.quick)
        run = self._execute(result.case, tool, size)
        figure = self._figure(run, run.cpu, size)
        if tool != "bare" and number < REPORTED_ROUNDS:
            reporter = [self.tools.mallocop, "report"] if tool == "mallocop" else [find("heaptrack_print")]
            report = self.tools.plain([*reporter, run.recording])
            figure.report, figure.report_rss = report.cpu, report.peak_rss
        self._look_at_trace(result, tool, run, number)
        return figure

    def _memory(self, result, tool, _):
        few, many = result.case.sizes_for(tool, self.quick)
        resident = {}
        for size in (few, many):
            run = self._execute(result.case, tool, size)
            resident[size] = json.loads(run.output)["resident"]
        return self._figure(run, (resident[many] - resident[few]) / (many - few), many)

    def _instructions(self, result, tool, _):
        few, many = result.case.sizes_for(tool, self.quick)
        if find("valgrind") is None:
            raise FileNotFoundError(2, "not found", "valgrind")
        loop = "bench_loop" if tool == "bare" else "bench_loop_linked"
        counts = {}
        for size in (few, many):
            profile = self.places["scratch"].parent / "callgrind.out"
            trace = self.places["scratch"].parent / "callgrind.mcop"
            trace.unlink(missing_ok=True)
            valgrind = [find("valgrind"), "-q", "--tool=callgrind", f"--callgrind-out-file={profile}"]
            variables = dict(result.case.environment, MALLOCOP_OUT=trace)
            words = result.case.words(size=size, loop=loop, **self.places)
            run = self.tools.run("bare", [*valgrind, *words], variables)
            counts[size] = callgrind.by_function(profile)
        each = callgrind.difference(counts[many], counts[few], many - few)
        figure = self._figure(run, sum(each.values()), many)
        figure.more = each
        return figure

    def _figure(self, run, value, size):
        recording = run.recording.stat().st_size if run.recording else 0
        return Figure(value, run.peak_rss, recording, run.beside, size=size)

    def _look_at_trace(self, result, tool, run, number):
        if tool != "mallocop" or number > 0:
            return
        # The page, not JSON, for what every case needs: JSON has every stack, which may be gigabytes.
        text = " ".join(self._report(run.recording, "text").split())
        result.facts.allocations = int(re.search(r"whole process: ([\d,]+) allocation", text)[1].replace(",", ""))
        truncated = re.search(r"([\d,]+) allocations? with a truncated stack", text)
        result.facts.truncated = int(truncated[1].replace(",", "")) if truncated else 0
        if result.case.frames:
            sites = json.loads(self._report(run.recording, "json"))["sites"]
            most = sorted(sites, key=lambda site: -site["allocations"])[:2]
            result.facts.stacks = [sum(map(of_host, site["stack"])) for site in most]

    def _report(self, trace, form):
        """The report of a trace; a measurement that is not valid has another exit status than 0, and so has failed."""
        path = self.places["scratch"].parent / "report"
        self.tools.plain([self.tools.mallocop, "report", trace, "--format", form, "--output", path])
        return path.read_text()


def of_host(frame):
    """Whether a frame of a report has a place of its own on the stack and is not the shim's."""
    return not frame["inlined"] and pathlib.Path(frame["module"] or "").name != "libmallocop.so"


FIGURES = {
    cases.PAIR: Campaign._pair_or_mark,
    cases.MARK: Campaign._pair_or_mark,
    cases.CALL: Campaign._call,
    cases.PROGRAM: Campaign._program,
    cases.MEMORY: Campaign._memory,
    cases.INSTRUCTIONS: Campaign._instructions,
}
