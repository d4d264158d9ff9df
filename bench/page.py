"""Results as Markdown tables, and their place in a page between two marker comments."""
import datetime
import os
import pathlib
import platform
import statistics
import subprocess

import cases
from figures import ratio, spread, time_added
from limits import LIMITS, added, recordings, reporters, two_threads
from tools import find

BEGIN = "<!-- results of scripts/bench: begin -->"
END = "<!-- results of scripts/bench: end -->"
MILLION = 1_000_000
KNOWN_KINDS = {cases.PAIR: "ns", cases.PROGRAM: "s"}


def size(count):
    """Bytes, with three digits that mean something."""
    for unit in ("B", "KiB", "MiB"):
        if abs(count) < 1000:
            return f"{number(count)} {unit}"
        count /= 1024
    return f"{number(count)} GiB"


def number(value):
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}" if value != int(value) else f"{int(value)}"


def times(value):
    return f"{value:.2f}x" if value < 10 else f"{number(value)}x"


def nanoseconds(value):
    return f"{number(value)} ns"


FORMS = {"x": times, "bytes": size, "ns": nanoseconds}


def shown(found, form=number):
    """A median with its spread."""
    if found is None:
        return "–"
    if form(found.low) == form(found.high):
        return form(found.median)
    return f"{form(found.median)} ({form(found.low)} … {form(found.high)})"


def median(values, form=number):
    found = spread(values)
    return form(found.median) if found else "–"


def table(columns, rows):
    """The first column is text, the others are numbers."""
    lines = [columns, ["---"] + ["---:"] * (len(columns) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _times(results, kind):
    rows = []
    for result in (result for result in results if result.case.kind == kind):
        if result.absent:
            rows.append([result.case.what, result.absent, "–", "–", "–"])
            continue
        rows.append([
            result.case.what,
            shown(spread(result.values(lambda figures: figures["bare"].value))),
            shown(spread(result.values(ratio("mallocop")))),
            shown(spread(result.values(ratio("heaptrack")))),
            shown(spread(result.values(time_added))),
        ])  # fmt: skip
    if kind == cases.PROGRAM:
        rows.append(["geometric mean", "", *(_geometric_mean(results, tool) for tool in ("mallocop", "heaptrack")), ""])
    columns = ["case", f"bare, {KNOWN_KINDS[kind]}", "mallocop ÷ bare", "heaptrack ÷ bare"]
    return table([*columns, "time added, heaptrack ÷ mallocop"], rows)


def _geometric_mean(results, tool):
    spreads = [spread(result.values(ratio(tool))) for result in results if result.case.kind == cases.PROGRAM]
    medians = [found.median for found in spreads if found]
    return number(statistics.geometric_mean(medians)) if medians else "–"


def _per_million(result, tool):
    """Bytes of a recording for a million allocations. Only mallocop's were counted; a shorter run has as many fewer."""
    def of(figures):
        allocations = result.facts.allocations * figures[tool].size / figures["mallocop"].size
        return figures[tool].recording * MILLION / allocations if allocations else None

    return median(result.values(of), size)


def _space(results):
    rows = []
    for result in results:
        if result.case.kind not in KNOWN_KINDS or result.absent:
            continue
        added = {
            tool: result.values(lambda figures, tool=tool: figures[tool].peak_rss - figures["bare"].peak_rss)
            for tool in ("mallocop", "heaptrack")
        }
        rows.append([
            result.case.what,
            f"{result.facts.allocations:,}",
            median(result.values(lambda figures: figures["mallocop"].recording), size),
            _per_million(result, "mallocop"),
            _per_million(result, "heaptrack"),
            median(added["mallocop"], size),
            median(added["heaptrack"], size),
        ])  # fmt: skip
    columns = ["case", "allocations", "trace", "for a million", "heaptrack's file, for a million"]
    return table([*columns, "peak RSS added", "heaptrack"], rows)


def _reporters(results):
    rows = []
    for result in results:
        if result.case.kind != cases.PROGRAM or result.absent:
            continue
        rows.append([
            result.case.what,
            shown(spread(result.values(lambda figures: figures["mallocop"].report))),
            shown(spread(result.values(lambda figures: figures["heaptrack"].report))),
            shown(spread(result.values(reporters))),
            median(result.values(lambda figures: figures["mallocop"].report_rss), size),
            median(result.values(lambda figures: figures["heaptrack"].report_rss), size),
            median(result.values(lambda figures: figures["heaptrack"].beside)),
            shown(spread(result.values(recordings))),
        ])  # fmt: skip
    columns = ["case", "`mallocop report`, s", "`heaptrack_print`, s", "÷", "its RSS", "heaptrack_print's"]
    return table([*columns, "heaptrack_interpret, s", "trace ÷ heaptrack's file"], rows)


def _others(results):
    by_name = {result.case.name: result for result in results}
    rows = []
    for tool in ("bare", "mallocop", "heaptrack"):
        rows.append([f"2 threads ÷ 1 thread, cost of a pair, {tool}", shown(two_threads(by_name, tool), times)])
    for result in results:
        if result.case.kind == cases.MEMORY:
            theirs = result.values(lambda figures: figures["heaptrack"].value - figures["bare"].value)
            rows.append([
                "resident bytes added by " + result.case.what,
                shown(spread(result.values(added)), size) + f"; heaptrack: {shown(spread(theirs), size)}",
            ])  # fmt: skip
        elif result.case.kind == cases.MARK:
            for what, of in (
                ("by id", lambda figures: figures["mallocop"].value),
                ("by name", lambda figures: figures["mallocop"].more["by_name"]),
                ("by id, not preloaded", lambda figures: figures["bare"].value),
                ("by name, not preloaded", lambda figures: figures["bare"].more["by_name"]),
                ("two `rdtsc` in its place", lambda figures: figures["mallocop"].more["rdtsc"]),
            ):
                rows.append([f"{result.case.what}, {what}, ns", shown(spread(result.values(of)))])
        elif result.case.kind == cases.CALL:
            rows += _calls(result)
        elif result.case.kind == cases.INSTRUCTIONS:
            rows += _instructions(result)
    return table(["figure", "seen"], rows)


def _calls(result):
    rows = []
    for tool, counted in (("bare", ""), ("mallocop", ", counted")):
        for what, of in (
            ("", lambda figures, tool=tool: figures[tool].value),
            (", another function in turn", lambda figures, tool=tool: figures[tool].more["in_turn"]),
            (" with malloc and free in it", lambda figures, tool=tool: figures[tool].more["allocating"]),
        ):
            rows.append([f"{result.case.what}{what}{counted}, ns", shown(spread(result.values(of)))])
    uncounted = spread(result.values(lambda figures: figures["mallocop"].more["allocating_uncounted"]))
    rows.append([f"{result.case.what} with malloc and free in it, preloaded but not counted, ns", shown(uncounted)])
    return rows


def _instructions(result):
    if result.absent or not {"bare", "mallocop"} <= result.rounds[0].keys():
        return [[result.case.what, result.absent or "failed"]]
    bare, ours = result.rounds[0]["bare"], result.rounds[0]["mallocop"]
    shim = {name: count for name, count in ours.more.items() if name.startswith("libmallocop.so:")}
    rows = [
        [result.case.what + ", bare", number(bare.value)],
        [result.case.what + ", mallocop", f"{number(ours.value)}, of them {number(sum(shim.values()))} in the shim"],
    ]
    for name, count in sorted(shim.items(), key=lambda item: -item[1]):
        if count >= 0.5:
            function = name.partition(": ")[2].partition("(mallocop")[0].removeprefix("mallocop::")
            rows.append([f"… in `{function}`", number(count)])
    return rows


def _limits(results):
    by_name = {result.case.name: result for result in results}
    rows = []
    for limit in LIMITS:
        form = FORMS[limit.unit]
        bound = "at least" if limit.hoped_for > limit.at_most else "at most"
        seen = limit.seen(by_name)
        limits = [f"{bound} {form(limit.at_most)}", form(limit.hoped_for)]
        rows.append([limit.what, *limits, shown(seen, form), limit.verdict(seen)])
    return table(["figure", "limit", "hoped for", "seen", ""], rows)


def _machine(tools, rounds):
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    cores = f"{os.cpu_count()} {'core' if os.cpu_count() == 1 else 'cores'}"
    facts = [model, cores, f"Linux {platform.release()}", " ".join(platform.libc_ver())]
    if tools.heaptrack_library:
        facts.append(subprocess.run([find("heaptrack"), "--version"], capture_output=True, text=True).stdout.strip())
    return f"{', '.join(facts)}; {datetime.date.today()}; {rounds} {'round' if rounds == 1 else 'rounds'}."


def _remarks(results):
    remarks = [f"- **{result.case.name}**: {problem}" for result in results for problem in result.facts.problems]
    remarks += [
        f"- {result.case.what}: {result.facts.truncated:,} allocations of {result.facts.allocations:,} "
        "have a truncated stack."
        for result in results
        if result.facts.truncated
    ]
    figures = [figure for result in results for figures in result.rounds for figure in figures.values()]
    busy = [figure.busy for figure in figures if figure.busy is not None]
    starved = sum(share < 0.9 for share in busy)
    if starved:
        remarks.append(f"- {starved} of {len(busy)} loops had a processor for less than 90 % of their time.")
    return "\n".join(remarks)


def markdown(results, tools, options):
    """Everything, in the order in which it is read."""
    results = list(results.values())
    sections = [
        _machine(tools, options.rounds),
        "Tiny runs (--quick): these figures say that everything works, and nothing else." if options.quick else "",
        "Pairs are measured by processor time here: what a tool waits for is left out." if options.cpu_time else "",
        _remarks(results),
        "### Limits", _limits(results),
        "### A pair of malloc and free", _times(results, cases.PAIR),
        "### Whole programs", _times(results, cases.PROGRAM),
        "### Traces and memory", _space(results),
        "### Reporters", _reporters(results),
        "### Threads, marks, instructions", _others(results),
    ]  # fmt: skip
    return "\n\n".join(section for section in sections if section) + "\n"


def replace_in(path, text):
    """Puts `text` between the markers of a page."""
    page = pathlib.Path(path)
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} lacks the markers '{BEGIN}' and '{END}'")
    page.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")
