#!/usr/bin/env python3
"""Measures what mallocop costs, beside the bare program and beside heaptrack. scripts/bench builds and calls it."""
import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile

import page
from cases import CASES
from figures import Campaign
from tools import Tools

HERE = pathlib.Path(__file__).resolve().parent
PERFORMANCE = HERE.parent / "docs" / "performance.md"


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, epilog="Cases: " + " ".join(case.name for case in CASES)
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these; all when none is named")
    option, path = parser.add_argument, pathlib.Path
    option("--rounds", type=int, default=7, metavar="N", help="default: %(default)s")
    option("--tool", action="append", choices=("mallocop", "heaptrack"), help="beside this one only; may be repeated")
    option("--quick", action="store_true", help="tiny runs, to see whether everything works; figures mean nothing")
    option("--cpu-time", action="store_true", help="measure pairs by processor time, for a machine that is busy")
    option("--write", action="store_true", help=f"put the tables into {PERFORMANCE.relative_to(HERE.parent)}")
    option("--json", type=path, metavar="FILE", help="write every figure of every round")
    option("--build", type=path, default=HERE.parent / "build-bench", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    unknown = set(options.cases) - {case.name for case in CASES}
    if unknown:
        parser.error(f"no case is named {', '.join(sorted(unknown))}")
    if options.rounds < 1:
        parser.error("at least one round")
    if options.write and (options.cases or options.quick or options.cpu_time or options.tool):
        parser.error("--write is for all cases, beside all tools, by the clock on the wall, and not --quick")
    return options


def places(build, folder, quick):
    """The folders that commands name; the generated documents are made here."""
    documents = folder / "documents"
    documents.mkdir()
    entries = "200" if quick else "80000"
    subprocess.run([sys.executable, HERE / "inputs" / "documents.py", documents, entries], check=True)
    return {"bench": build / "bench", "inputs": HERE / "inputs", "documents": documents, "scratch": folder / "scratch"}


def progress(text):
    print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def main(argv=None):
    options = arguments(argv)
    build = options.build.resolve()
    chosen = [case for case in CASES if not options.cases or case.name in options.cases]
    # On the disk that the build is on: /tmp may be memory.
    with tempfile.TemporaryDirectory(dir=build, prefix="bench-runs-") as name:
        folder = pathlib.Path(name)
        tools = Tools(build, folder)
        names = [tool for tool in tools.available() if tool == "bare" or not options.tool or tool in options.tool]
        show = progress if sys.stderr.isatty() else None
        campaign = Campaign(tools, chosen, places(build, folder, options.quick), options.quick, options.cpu_time, show)
        campaign.run(names, options.rounds)
        if show:
            show("")
    text = page.markdown(campaign.results, tools, options)
    if options.json:
        raw = {name: dataclasses.asdict(result) for name, result in campaign.results.items()}
        options.json.write_text(json.dumps(raw, indent=1) + "\n")
    if options.write:
        page.replace_in(PERFORMANCE, text)
    else:
        print(text, end="")
    return 1 if any(result.facts.problems for result in campaign.results.values()) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ValueError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
