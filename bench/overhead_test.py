#!/usr/bin/env python3
"""That measuring works: every case runs, its figures land where they belong, and its stacks are as deep as promised.

Nothing here looks at how long anything took. overhead_test.py BUILD: with the programs of that build folder.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import callgrind
import cases
import figures
import limits
import page

HERE = pathlib.Path(__file__).resolve().parent
CALLGRIND = """\
version: 1
events: Ir

ob=(1) /usr/lib/libmallocop.so
fl=(1) hooks.cpp
fn=(1) malloc
10 5
+2 7
cob=(2) /lib/libc.so.6
cfn=(2) malloc
calls=3 +10
12 300
-1 4

ob=(2)
fn=(2)
9 300
"""


class QuickRun(unittest.TestCase):
    """The whole machinery, once, with tiny sizes."""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            raw = pathlib.Path(folder) / "raw.json"
            options = ["--build", cls.build, "--quick", "--rounds", "1", "--tool", "mallocop", "--json", raw]
            command = [sys.executable, HERE / "overhead.py", *options]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            cls.status, cls.page, cls.errors = done.returncode, done.stdout, done.stderr
            cls.results = json.loads(raw.read_text()) if raw.exists() else {}

    def test_succeeds(self):
        self.assertEqual((self.status, self.errors), (0, ""))

    def test_has_figures_of_every_case(self):
        self.assertEqual(list(self.results), [case.name for case in cases.CASES])
        for name, result in self.results.items():
            if result["absent"]:
                continue
            with self.subTest(case=name):
                (only,) = result["rounds"]
                self.assertEqual(set(only), {"bare", "mallocop"})
                self.assertGreater(only["bare"]["value"], 0)
                self.assertGreater(only["mallocop"]["value"], 0)
                self.assertEqual(result["facts"]["problems"], [])

    def test_every_pair_is_in_the_trace(self):
        for case in cases.CASES:
            if case.kind == cases.PAIR:
                with self.subTest(case=case.name):
                    self.assertGreaterEqual(self.results[case.name]["facts"]["allocations"], case.quick[0])

    def test_stacks_are_as_deep_as_promised(self):
        deep = {case.name: case.frames for case in cases.CASES if case.frames}
        self.assertEqual(len(set(deep.values())), 4)
        for name, frames in deep.items():
            with self.subTest(case=name):
                self.assertEqual(self.results[name]["facts"]["stacks"], [frames, frames])

    def test_page_has_every_case_and_limit(self):
        for case in cases.CASES:
            self.assertIn(case.what, self.page)
        for limit in limits.LIMITS:
            self.assertIn(f"| {limit.what} |", self.page)


def rounds_of(**values):
    """A result with a round for each place of the lists."""
    count = len(next(iter(values.values())))
    rounds = [{tool: figures.Figure(value=of[i], peak_rss=0) for tool, of in values.items()} for i in range(count)]
    return figures.Result(cases.CASES[0], rounds)


class Figures(unittest.TestCase):
    def test_a_ratio_is_of_one_round(self):
        result = rounds_of(bare=[1, 10, 100], mallocop=[3, 20, 400])
        self.assertEqual(figures.spread(result.values(figures.ratio("mallocop"))), figures.Spread(3, 2, 4))

    def test_a_round_without_a_tool_is_left_out(self):
        result = rounds_of(bare=[1, 1], mallocop=[2, 4])
        del result.rounds[0]["mallocop"]
        self.assertEqual(result.values(figures.ratio("mallocop")), [4])

    def test_nothing_measured_has_no_spread(self):
        self.assertIsNone(figures.spread(rounds_of(bare=[1]).values(figures.ratio("heaptrack"))))

    def test_time_added(self):
        result = rounds_of(bare=[5, 5], mallocop=[15, 4], heaptrack=[405, 405])
        self.assertEqual(result.values(figures.time_added), [40])

    def test_tools_take_turns_to_go_first(self):
        campaign = figures.Campaign(None, cases.CASES[:1], {})
        order = []
        campaign._one = lambda result, tool, number: order.append(tool)
        campaign.run(["bare", "mallocop", "heaptrack"], 3)
        self.assertEqual(order[::3], ["bare", "mallocop", "heaptrack"])
        self.assertEqual(order[3:6], ["mallocop", "heaptrack", "bare"])


class Limits(unittest.TestCase):
    def judge(self, at_most, hoped_for, median):
        return limits.Limit("", at_most, hoped_for, "x", None).verdict(figures.Spread(median, median, median))

    def test_most(self):
        self.assertEqual([self.judge(3.5, 2.5, seen) for seen in (3.6, 3.5, 2.5)], ["**missed**", "within", "as hoped"])

    def test_least(self):
        self.assertEqual([self.judge(20, 40, seen) for seen in (19, 20, 40)], ["**missed**", "within", "as hoped"])

    def test_each_names_cases_that_are_there(self):
        results = {case.name: figures.Result(case) for case in cases.CASES}
        for limit in limits.LIMITS:
            self.assertIsNone(limit.seen(results), limit.what)


class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "page.md"

    def test_only_what_is_between_the_markers_changes(self):
        self.path.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n")
        page.replace_in(self.path, "new\n")
        self.assertEqual(self.path.read_text(), f"before\n{page.BEGIN}\n\nnew\n\n{page.END}\nafter\n")

    def test_a_page_without_markers_is_left_alone(self):
        self.path.write_text("before\n")
        with self.assertRaises(ValueError):
            page.replace_in(self.path, "new\n")
        self.assertEqual(self.path.read_text(), "before\n")

    def test_the_projects_page_has_the_markers(self):
        text = (HERE.parent / "docs" / "performance.md").read_text()
        self.assertEqual((text.count(page.BEGIN), text.count(page.END)), (1, 1))


class Callgrind(unittest.TestCase):
    def test_own_instructions_by_object(self):
        with tempfile.NamedTemporaryFile("w") as profile:
            profile.write(CALLGRIND)
            profile.flush()
            counts = callgrind.by_function(profile.name)
        self.assertEqual(counts, {"libmallocop.so: malloc": 16, "libc.so.6: malloc": 300})

    def test_difference(self):
        self.assertEqual(callgrind.difference({"a": 130, "b": 7}, {"a": 30, "b": 7}, 10), {"a": 10})


if __name__ == "__main__":
    QuickRun.build = sys.argv.pop()
    unittest.main(argv=sys.argv[:1])
