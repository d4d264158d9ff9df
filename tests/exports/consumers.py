"""What the programs that an export is for read out of it: for each format, the sum of every metric that it holds."""
import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import jsonschema

from packages import MODULES, package

HERE = pathlib.Path(__file__).parent
PPROF = "/usr/lib/go-1.19/pkg/tool/linux_amd64/pprof"
DH_VIEW = "/usr/libexec/valgrind/dh_view.js"
METRICS = ("allocations", "bytes", "temporary", "peak_blocks", "peak_bytes", "leaked_allocations", "leaked_bytes")


def run(*words, text=None):
    done = subprocess.run([str(word) for word in words], input=text, capture_output=True, text=True, timeout=120,
                          env=os.environ | {"NODE_PATH": str(MODULES), "HOME": "/nonexistent"})
    if done.returncode != 0:
        raise AssertionError(f"status {done.returncode}: {words}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def folded_stacks(path):
    """The lines of stack collapsers: everything before the last blank is the stack."""
    for line in path.read_text(encoding="utf-8").splitlines():
        stack, value = line.rsplit(" ", 1)
        yield stack.split(";"), int(value)


def folded(path):
    return sum(value for _, value in folded_stacks(path))


SVG = "{http://www.w3.org/2000/svg}"


def svg(path):
    """The root's value. On the way: every frame lies in one of the row above, and no two of a row overlap."""
    rows = {}
    frames = [frame for frame in ElementTree.parse(path).getroot().iter(f"{SVG}g") if frame.get("data-value")]
    for frame in frames:
        box = frame.find(f"{SVG}rect")
        left = float(box.get("x"))
        rows.setdefault(float(box.get("y")), []).append((left, left + float(box.get("width")), int(frame.get("data-value"))))
        assert frame.find(f"{SVG}title").text
    above = None
    for _, row in sorted(rows.items()):
        row.sort()
        for (_, end, _), (begin, _, _) in zip(row, row[1:]):
            assert end <= begin + 0.002, (path, end, begin)
        if above is not None:
            for begin, end, _ in row:
                assert any(left - 0.002 <= begin and end <= right + 0.002 for left, right, _ in above), (path, begin, end)
            assert sum(value for _, _, value in row) <= sum(value for _, _, value in above)
        above = row
    return int(frames[0].get("data-value"))


def svg_rows(path):
    """From the top: the name and the value of each frame of a row."""
    rows = {}
    for frame in ElementTree.parse(path).getroot().iter(f"{SVG}g"):
        name = frame.find(f"{SVG}title").text.split("\n")[0]
        rows.setdefault(float(frame.find(f"{SVG}rect").get("y")), []).append((name, int(frame.get("data-value"))))
    return [row for _, row in sorted(rows.items())]


def perf_samples(path):
    """The grammar of `perf script`: a header, frames with address, symbol and object, an empty line."""
    header = re.compile(r"(\S+) +(\d+) +(\d+\.\d{6}): +(\d+) (\S+): *")
    frame = re.compile(r"\s+([0-9a-f]+) (.+) \((.+)\)")
    text = path.read_text(encoding="utf-8")
    assert not text or text.endswith("\n\n"), text[-80:]
    for sample in text.split("\n\n")[:-1]:
        first, *frames = sample.split("\n")
        start = header.fullmatch(first)
        assert start and frames, sample
        yield [frame.fullmatch(one).group(2) for one in frames], int(start.group(4))


def perf(path):
    return sum(value for _, value in perf_samples(path))


def pprof(path):
    """The totals of `pprof -top` in each sample type, which must be those of the samples that `pprof -raw` lists."""
    names = {"alloc_objects": "allocations", "alloc_space": "bytes", "temporary_objects": "temporary",
             "peak_objects": "peak_blocks", "peak_space": "peak_bytes", "inuse_objects": "leaked_allocations",
             "inuse_space": "leaked_bytes"}
    raw = run(PPROF, "-raw", "-symbolize=none", path)
    lines = raw[raw.index("Samples:"):raw.index("Locations")].splitlines()[1:]
    types = [one.split("/")[0].split("[")[0] for one in lines[0].split()]
    sums = dict.fromkeys(types, 0)
    for line in lines[1:]:
        values = re.fullmatch(r"\s*([\d ]+):[\d ]*", line)
        if values:
            for name, value in zip(types, values.group(1).split(), strict=True):
                sums[name] += int(value)
    for name in ("alloc_objects", "alloc_space"):
        unit = "B" if name.endswith("space") else "count"
        top = run(PPROF, "-top", "-symbolize=none", f"-sample_index={name}", f"-unit={unit}", "-nodecount=3", path)
        shown = re.search(r"of (\d+)B? total", top)
        assert shown and int(shown.group(1)) == sums[name], top
    return {names[name]: value for name, value in sums.items()}


def tree_sum(lines, at):
    """Where a tree of massif.out ends. No node has less than its children together."""
    node = re.fullmatch(r" *n(\d+): (\d+) .*", lines[at])
    assert node, lines[at]
    children, size = int(node.group(1)), int(node.group(2))
    at += 1
    below = 0
    for _ in range(children):
        below += int(re.fullmatch(r" *n\d+: (\d+) .*", lines[at]).group(1))
        at = tree_sum(lines, at)
    assert below <= size, lines[at - 1]
    return at


def massif(path):
    """Peak and end, as ms_print shows them; every tree adds up to its snapshot."""
    printed = run("ms_print", path)
    rows = re.findall(r"^ *\d+ +([\d,]+) +([\d,]+) +([\d,]+) +0 +0$", printed, re.MULTILINE)
    peak = int(re.search(r"Detailed snapshots: \[.*?(\d+) \(peak\)", printed).group(1))
    number = lambda text: int(text.replace(",", ""))
    times = [number(row[0]) for row in rows]
    assert times == sorted(times), times
    assert max(number(row[1]) for row in rows) == number(rows[peak][1]), printed
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        if line in ("heap_tree=detailed", "heap_tree=peak"):
            held = int(lines[at - 3].removeprefix("mem_heap_B="))
            top = re.fullmatch(r"n\d+: (\d+) .*", lines[at + 1])
            assert int(top.group(1)) == held, lines[at + 1]
            first = [int(re.fullmatch(r" n\d+: (\d+) .*", one).group(1))
                     for one in lines[at + 2:tree_sum(lines, at + 1)] if re.match(r" n", one)]
            assert sum(first) == held, (line, first, held)
    return {"peak_bytes": number(rows[peak][1]), "leaked_bytes": number(rows[-1][1])}


def dhat(path):
    """What Valgrind's viewer has at its root."""
    root = json.loads(run("node", HERE / "dh_view.js", DH_VIEW, path))
    assert f"Total:     {root['tb']:,} bytes" in root["text"], root["text"][:2000]
    assert "undefined" not in root["text"]
    return {"allocations": root["tbk"], "bytes": root["tb"], "peak_blocks": root["gbk"], "peak_bytes": root["gb"],
            "leaked_allocations": root["ebk"], "leaked_bytes": root["eb"]}


EVENTS = {"Allocations": "allocations", "Bytes": "bytes", "Temporary": "temporary", "PeakBlocks": "peak_blocks",
          "PeakBytes": "peak_bytes", "LeakedBlocks": "leaked_allocations", "LeakedBytes": "leaked_bytes"}


def annotated(path, *options):
    """Every line of callgrind_annotate: the values of the events, by "file:function [object]"."""
    text = run("callgrind_annotate", "--auto=no", "--show-percs=no",
               "--sort=" + ",".join(f"{event}:100" for event in EVENTS), *options, path)
    lines = {}
    for line in text.splitlines():
        found = re.fullmatch(r" *((?:[\d,]+ +){%d}) *(.*)" % len(EVENTS), line)
        if found:
            values = [int(value.replace(",", "")) for value in found.group(1).split()]
            lines[found.group(2)] = dict(zip(EVENTS, values, strict=True))
    return lines


def callgrind(path):
    own = annotated(path)
    total = own.pop("PROGRAM TOTALS")
    assert {event: sum(line[event] for line in own.values()) for event in total} == total, own
    for name, line in annotated(path, "--inclusive=yes").items():
        assert all(value <= total[event] for event, value in line.items()), (name, line, total)
    return {EVENTS[event]: value for event, value in total.items()}


def speedscope(path):
    """The weights of the profiles that the file format's own schema finds well formed."""
    names = {"allocations": "allocations", "bytes": "bytes", "temporary allocations": "temporary",
             "blocks at the peak": "peak_blocks", "bytes at the peak": "peak_bytes",
             "leaked allocations": "leaked_allocations", "leaked bytes": "leaked_bytes"}
    document = json.loads(path.read_text(encoding="ascii"))
    schema = json.loads((package("speedscope") / "dist/release/file-format-schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    sums = dict.fromkeys(METRICS, 0)
    frames = len(document["shared"]["frames"])
    for profile in document["profiles"]:
        assert len(profile["samples"]) == len(profile["weights"])
        assert all(0 <= frame < frames for sample in profile["samples"] for frame in sample)
        assert profile["endValue"] == sum(profile["weights"])
        sums[names[profile["name"]]] = sum(profile["weights"])
    return sums


def duckdb(statements, folder=None):
    """The rows of each statement."""
    for name in ("@duckdb/node-api", "@duckdb/node-bindings", "@duckdb/node-bindings-linux-x64"):
        package(name)
    done = subprocess.run(["node", HERE / "duckdb.js"], input=json.dumps(statements), cwd=folder, capture_output=True,
                          text=True, timeout=120, env=os.environ | {"NODE_PATH": str(MODULES)})
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ndjson(path):
    sums = ", ".join(f"sum({metric})::VARCHAR AS {metric}" for metric in METRICS)
    return {name: int(value) for name, value in duckdb([f"SELECT {sums} FROM read_ndjson('{path}')"])[0][0].items()}
