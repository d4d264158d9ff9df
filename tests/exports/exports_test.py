"""Exports, read by the programs that they are for."""
import gzip
import json
import re
import subprocess
import unittest

import consumers
from measuring import MALLOCOP
from traces import Traces

ONE_METRIC = {"folded": consumers.folded, "svg": consumers.svg, "perf": consumers.perf}
INVERTIBLE = ("folded", "svg")
ALL_METRICS = {"pprof": consumers.pprof, "massif": consumers.massif, "dhat": consumers.dhat,
               "callgrind": consumers.callgrind, "speedscope": consumers.speedscope, "ndjson": consumers.ndjson}


class Sums(Traces):
    """What a consumer reads back is what the report says, in every format, of every metric that the format holds."""

    def check(self, trace):
        report = self.report(self.traces[trace])
        totals = report["totals"] | {"peak_blocks": report["memory"]["peak_blocks"]}
        self.assertGreater(min(totals["allocations"], totals["peak_bytes"]), 0)
        for output, read in ONE_METRIC.items():
            for metric in consumers.METRICS:
                got = read(self.export(self.traces[trace], output, "--metric", metric))
                self.assertEqual(got, totals[metric], (trace, output, metric))
        for output in INVERTIBLE:
            got = ONE_METRIC[output](self.export(self.traces[trace], output, "--inverted", "--metric", "peak_bytes"))
            self.assertEqual(got, totals["peak_bytes"], (trace, output))
        for output, read in ALL_METRICS.items():
            got = read(self.export(self.traces[trace], output))
            self.assertTrue(got, output)
            self.assertEqual(got, {metric: totals[metric] for metric in got}, (trace, output))

    def test_of_the_conductor(self):
        self.check("conductor")

    def test_of_threads_that_leak(self):
        totals = self.report(self.traces["threads"])["totals"]
        self.assertGreater(min(totals["leaked_bytes"], totals["peak_bytes"] - totals["leaked_bytes"]), 0)
        self.check("threads")

    def test_of_a_recursion(self):
        self.check("recursion")

    def test_of_a_stripped_program(self):
        self.check("stripped")


class Contents(Traces):
    def test_every_format_is_tested(self):
        formats = re.search(r"--format.*?\{(.*?)\}", self.call(MALLOCOP, "export", "--help")).group(1).split(",")
        self.assertEqual(set(formats), set(ONE_METRIC) | set(ALL_METRICS))

    def test_a_folded_stack_is_an_operation_and_its_frames(self):
        stacks = [stack for stack, _ in consumers.folded_stacks(self.export(self.traces["recursion"], "folded"))]
        inside = [stack for stack in stacks if stack[0] == "[operation] descend: deep"]
        self.assertTrue(inside)
        self.assertTrue(any(stack[-2:] == ["even", "grab"] for stack in inside), inside[0])

    def test_inverted_stacks_start_where_blocks_are_allocated(self):
        stacks = list(consumers.folded_stacks(self.export(self.traces["recursion"], "folded")))
        inverted = list(consumers.folded_stacks(self.export(self.traces["recursion"], "folded", "--inverted")))
        self.assertEqual([(stack[::-1], value) for stack, value in inverted], stacks)
        rows = consumers.svg_rows(self.export(self.traces["recursion"], "svg", "--inverted"))
        allocating = {}
        for stack, value in stacks:
            allocating[stack[-1]] = allocating.get(stack[-1], 0) + value
        self.assertEqual(dict(rows[1]), allocating)

    def test_perf_has_the_frames_of_folded(self):
        perf = {(tuple(reversed(stack)), value) for stack, value in
                consumers.perf_samples(self.export(self.traces["threads"], "perf"))}
        folded = {(tuple(stack), value) for stack, value in
                  consumers.folded_stacks(self.export(self.traces["threads"], "folded"))}
        self.assertEqual(perf, folded)

    def test_pprof_knows_operations_lines_and_build_ids(self):
        file = self.export(self.traces["recursion"], "pprof")
        raw = consumers.run(consumers.PPROF, "-raw", "-symbolize=none", file)
        self.assertIn("operation:[descend; deep]", raw)
        self.assertRegex(raw, r"grab .*work\.c:\d+")
        build_id = re.search(r"Build ID: ([0-9a-f]+)", consumers.run("readelf", "-n", self.work / "work")).group(1)
        self.assertRegex(raw, rf"1: 0x[0-9a-f]+/0x[0-9a-f]+/0x0 {self.work}/work {build_id}")
        focused = consumers.run(consumers.PPROF, "-top", "-symbolize=none", "-tagfocus=operation=descend", "-unit=count",
                                file)
        operation = self.report(self.traces["recursion"])["operations"][0]
        self.assertRegex(focused, rf"\b{operation['allocations']['total']}, 100% of|of {operation['allocations']['total']} total"
                                  rf"|accounting for {operation['allocations']['total']},")

    def test_pprof_takes_allocation_functions_for_no_one(self):
        top = consumers.run(consumers.PPROF, "-top", "-symbolize=none", "-unit=count",
                            self.export(self.traces["conductor"], "pprof"))
        self.assertRegex(top, r"\n +[1-9]\d+ +[\d.]+% .*std::__new_allocator.*::allocate")
        self.assertNotIn("operator new", top)
        self.assertIn(["operator new"], [stack[-1:] for stack, _ in
                                         consumers.folded_stacks(self.export(self.traces["conductor"], "folded"))])

    def test_callgrind_counts_a_recursion_once(self):
        file = self.export(self.traces["recursion"], "callgrind")
        inclusive = consumers.annotated(file, "--inclusive=yes")
        lines = {re.sub(r"^.*:|\s\[.*", "", name): line["Allocations"] for name, line in inclusive.items()}
        stacks = list(consumers.folded_stacks(self.export(self.traces["recursion"], "folded")))
        for function in ("main", "even", "odd", "grab"):
            self.assertEqual(lines[function], sum(value for stack, value in stacks if function in stack), function)

    def test_only_some_operations(self):
        file = self.export(self.traces["recursion"], "folded", "--op", "descend*")
        operation = self.report(self.traces["recursion"])["operations"][0]
        self.assertEqual(consumers.folded(file), operation["allocations"]["total"])
        self.call(MALLOCOP, "export", self.traces["recursion"], "--format", "folded", "--op", "no such", status=2)
        self.call(MALLOCOP, "export", self.traces["recursion"], "--format", "massif", "--op", "descend*", status=2)

    def test_standard_output_has_the_same_bytes_as_a_file(self):
        file = self.export(self.traces["threads"], "pprof")
        done = subprocess.run([MALLOCOP, "export", self.traces["threads"], "--format", "pprof"], capture_output=True,
                              check=True)
        self.assertEqual(gzip.decompress(done.stdout), gzip.decompress(file.read_bytes()))

    def test_what_is_not_whole_is_exported_with_status_6(self):
        whole = self.traces["threads"].read_bytes()
        cut = self.work / "cut.mcop"
        cut.write_bytes(whole[:len(whole) - 64])
        text = self.call(MALLOCOP, "export", cut, "--format", "ndjson", status=6)
        self.assertTrue(all(json.loads(line)["valid"] is False for line in text.splitlines()))

    def test_mistakes_are_told(self):
        trace = self.traces["threads"]
        self.call(MALLOCOP, "export", trace, status=2)
        self.call(MALLOCOP, "export", trace, "--format", "xml", status=2)
        self.call(MALLOCOP, "export", trace, "--format", "dhat", "--metric", "bytes", status=2)
        self.call(MALLOCOP, "export", trace, "--format", "folded", "--metric", "speed", status=2)
        self.call(MALLOCOP, "export", trace, "--format", "perf", "--inverted", status=2)
        self.call(MALLOCOP, "export", self.work / "none.mcop", "--format", "folded", status=2)
        self.call(MALLOCOP, "export", trace, "--format", "folded", "-o", self.work / "no/folder", status=1)


if __name__ == "__main__":
    unittest.main()
