"""The queries of docs/fleet.md, run over the rows of several runs."""
import collections
import json
import re
import unittest

import consumers
from measuring import MALLOCOP, SOURCE
from traces import Traces

PAGE = SOURCE / "docs/fleet.md"


class Fleet(Traces):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.work / "runs").mkdir()
        cls.traces["later"] = cls.measured("later", "./work")  # does other things than the run of it before
        cls.reports = {}
        for name, trace in cls.traces.items():
            cls.call(MALLOCOP, "export", trace, "--format", "ndjson", "-o", cls.work / f"runs/{name}.ndjson")
            cls.reports[name] = cls.report(trace)
        cls.queries = dict(re.findall(r"<!-- duckdb: (\w+) -->\n```sql\n(.*?)```", PAGE.read_text(), re.DOTALL))
        cls.rows = dict(zip(cls.queries, consumers.duckdb(list(cls.queries.values()), cls.work), strict=True))
        cls.lines = [json.loads(line) for file in sorted((cls.work / "runs").iterdir())
                     for line in file.read_text().splitlines()]

    def total(self, metric):
        return sum(report["totals"][metric] for report in self.reports.values())

    def test_every_query_of_the_page_is_run(self):
        self.assertEqual(set(self.queries), {"totals", "operations", "functions", "beneath", "leaks", "news"})
        self.assertTrue(all(self.rows.values()), self.rows)

    def test_rows_have_the_columns_of_the_page_in_its_order(self):
        table = re.search(r"\| column \|.*?\n\n", PAGE.read_text(), re.DOTALL).group(0)
        documented = [name for line in table.split("\n")[2:-2] for name in re.findall(r"`(\w+)`", line.split("|")[1])]
        for line in self.lines:
            self.assertEqual(list(line), documented)

    def test_totals_are_those_of_the_reports(self):
        rows = {row["run_id"]: row for row in self.rows["totals"]}
        self.assertEqual(len(rows), len(self.traces))
        for metric in ("allocations", "bytes", "temporary", "peak_bytes", "leaked_bytes"):
            self.assertEqual(sorted(int(row[metric]) for row in rows.values()),
                             sorted(report["totals"][metric] for report in self.reports.values()), metric)

    def test_operations_have_the_means_of_the_reports(self):
        expected = collections.Counter()
        for report in self.reports.values():
            for operation in report["operations"]:
                means = [operation[metric]["per_op"]["mean"]["value"] for metric in ("allocations", "bytes")]
                expected[(operation["name"], operation["count"], *(round(mean, 6) for mean in means))] += 1
        got = collections.Counter((row["operation"], int(row["calls"]), round(row["allocations_per_call"] or 0, 6),
                                   round(row["bytes_per_call"] or 0, 6)) for row in self.rows["operations"])
        self.assertEqual(got, expected)

    def test_functions_and_leaks_add_up(self):
        self.assertLess(len(self.rows["functions"]), 20)  # or the limit of the query has cut some off
        for metric in ("allocations", "bytes"):
            self.assertEqual(sum(int(row[metric]) for row in self.rows["functions"]), self.total(metric))
        most = self.rows["functions"][0]
        self.assertEqual(int(most["allocations"]), sum(line["allocations"] for line in self.lines
                                                       if (line["function"], line["file"]) == (most["function"], most["file"])))
        self.assertEqual(sum(int(row["all_runs"]) for row in self.rows["leaks"]), self.total("leaked_bytes"))

    def test_what_is_beneath_a_function(self):
        expected = collections.Counter()
        for line in self.lines:
            if "main" in line["stack"]:
                expected[line["run_id"]] += line["allocations"]
        self.assertEqual({row["run_id"]: int(row["allocations"]) for row in self.rows["beneath"]}, expected)
        self.assertGreater(sum(expected.values()), 0)

    def test_a_run_that_does_more_is_news(self):
        self.assertEqual({row["program"] for row in self.rows["news"]}, {str(self.work / "work")})  # others ran once
        self.assertIn("grab", {row["function"] for row in self.rows["news"]})
        for row in self.rows["news"]:
            self.assertEqual(int(row["more"]), int(row["now"]) - int(row["before"]))


if __name__ == "__main__":
    unittest.main()
