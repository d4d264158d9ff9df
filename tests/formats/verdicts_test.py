"""Verdicts for CI systems: JUnit XML and SARIF against the schemas that their readers publish, GitHub's annotations against
its rules, and each of them against what the program really did.
"""
import json
import re
import subprocess
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

import jsonschema

from measuring import MALLOCOP, SOURCE, Measuring
from schemas import schema

PROGRAM = """\
#include <mallocop/mallocop.h>
#include <stdlib.h>
__attribute__((noinline)) void *grab(int size) { return malloc(size); }  /* line 3 */
__attribute__((noinline)) void *library_grab(int size);
int main(int argc, char **argv) {
  for (int i = 0; i < 10; ++i) {
    mallocop_op op = mallocop_op_begin(argc > 1 ? argv[1] : "parse");
    free(grab(100));
    free(library_grab(10));  /* line 9 */
    mallocop_op_end(op);
  }
}
"""
LIBRARY = """\
#include <stdlib.h>
__attribute__((noinline)) void *library_grab(int size) { return malloc(size); }
"""


class Verdicts(Measuring):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outside, cls.work = cls.work, cls.work / "project"
        (cls.work / "src").mkdir(parents=True)
        (cls.outside / "elsewhere").mkdir()
        (cls.work / "src/a b.c").write_text(PROGRAM)
        (cls.outside / "elsewhere/library.c").write_text(LIBRARY)
        cls.call("cc", "-g", "-O1", f"-I{SOURCE}/include", "src/a b.c", cls.outside / "elsewhere/library.c", "-o", "bench")

    def bench(self, name="t", *arguments):
        """Measures it; the trace is NAME.mcop."""
        self.measured(name, "./bench", *arguments)

    def verdict(self, output, *options, status=3, traces=("t.mcop",)):
        return self.call(MALLOCOP, "check", *traces, "--format", output, *options, status=status)

    LIMITS = ("--limit", "parse:allocs<=1", "--limit", "parse:bytes<=1KiB", "--forbid", "library_grab")

    def validate_junit(self, text):
        path = self.work / "junit.xml"
        path.write_text(text)
        for name in ("junit-ant", "junit-jenkins"):
            done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema(name), path], capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
        return ElementTree.fromstring(text)

    def validate_sarif(self, text):
        document = json.loads(text)
        jsonschema.validate(document, json.loads(schema("sarif").read_text(encoding="utf-8-sig")))
        return document

    def test_junit_has_a_case_for_each_limit(self):
        self.bench()
        suites = self.validate_junit(self.verdict("junit", *self.LIMITS))
        suite = suites.find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("4", "2", "0"))
        failed = {(case.get("classname"), case.find("failure").get("message")): case.find("failure").text
                  for case in suite.iter("testcase") if case.find("failure") is not None}
        self.assertIn(("parse", "parse: allocs.mean 2 > 1 (--limit 'parse:allocs<=1')"), failed)
        self.assertIn("grab src/a b.c:3: 10 allocations", "".join(failed.values()))
        self.assertTrue(any(case.get("name").startswith("bytes.mean at most 1 KiB") and case.find("failure") is None
                            for case in suite.iter("testcase")))

    def test_junit_and_sarif_of_several_traces_are_one_document(self):
        self.bench()
        self.bench("u")
        traces = ("t.mcop", "u.mcop")
        suites = self.validate_junit(self.verdict("junit", *self.LIMITS, traces=traces)).findall("testsuite")
        self.assertEqual([suite.get("id") for suite in suites], ["0", "1"])
        self.assertEqual(len(self.validate_sarif(self.verdict("sarif", *self.LIMITS, traces=traces))["runs"]), 2)

    def test_sarif_points_at_the_first_frame_below_the_root(self):
        self.bench()
        run = self.validate_sarif(self.verdict("sarif", *self.LIMITS))["runs"][0]
        results = {one["ruleId"]: one for one in run["results"]}
        self.assertEqual(set(results), {"over-budget", "forbidden-allocation"})
        for rule, line in (("over-budget", 3), ("forbidden-allocation", 9)):  # the library is not below the root
            place = results[rule]["locations"][0]["physicalLocation"]
            self.assertEqual(urllib.parse.unquote(place["artifactLocation"]["uri"]), "src/a b.c", rule)
            self.assertEqual(place["region"]["startLine"], line, rule)
        self.assertIn("library_grab", json.dumps(results["forbidden-allocation"]["stacks"]))
        self.assertTrue(run["invocations"][0]["executionSuccessful"])

    def test_the_source_root_decides_what_is_the_users(self):
        self.bench()
        whole = self.verdict("github", *self.LIMITS, "--source-root", self.outside)
        self.assertIn("file=elsewhere/library.c,line=2,", whole)
        self.assertIn("file=project/src/a b.c,line=3,", whole)
        page = self.verdict("text", "--forbid", "library_grab", "--source-root", self.work)
        self.assertIn("main src/a b.c:9: 10 allocations", page)
        self.call(MALLOCOP, "check", "t.mcop", *self.LIMITS, "--source-root", "no such folder", status=2)

    def test_github_gets_one_annotation_for_each_broken_limit(self):
        self.bench()
        lines = self.verdict("github", *self.LIMITS).splitlines()
        self.assertEqual(len(lines), 2, lines)
        for line in lines:
            self.assertRegex(line, r"^::error file=src/a b\.c,line=\d+,title=mallocop%3A [^:,]+::[^\r\n]+$")
        self.assertIn("%0A", lines[0])
        self.assertEqual(self.verdict("github", "--limit", "parse:allocs<=2", status=0), "")

    def test_a_limit_without_a_line_of_code_points_at_the_budget(self):
        self.bench()
        (self.work / "budget.toml").write_text('# mine\n[op."parse"]\nallocs = 0\n')
        self.call("strip", "-g", "bench", "-o", "stripped")
        self.measured("s", "./stripped")
        self.assertIn("::error file=budget.toml,line=3,",
                      self.verdict("github", "--budget", "budget.toml", traces=("s.mcop",)))

    def test_what_is_not_whole_is_an_error_in_each_format(self):
        self.bench()
        whole = (self.work / "t.mcop").read_bytes()
        (self.work / "cut.mcop").write_bytes(whole[:len(whole) - 64])
        options = {"status": 6, "traces": ("cut.mcop",)}
        suite = self.validate_junit(self.verdict("junit", *self.LIMITS, **options)).find("testsuite")
        self.assertEqual(suite.get("errors"), "1")
        run = self.validate_sarif(self.verdict("sarif", *self.LIMITS, **options))["runs"][0]
        self.assertFalse(run["invocations"][0]["executionSuccessful"])
        self.assertTrue(run["invocations"][0]["toolExecutionNotifications"])
        self.assertTrue(self.verdict("github", *self.LIMITS, **options).startswith("::error title="))

    def test_hostile_names_break_nothing(self):
        name = "a\x1b[31m\n::error::b\r<c>&\"'%0A,d]]>\u202e\x01|`*"
        self.bench("h", name)
        limit = ("--limit", "a*:allocs<=0")
        suites = self.validate_junit(self.verdict("junit", *limit, traces=("h.mcop",)))
        self.assertTrue(any(case.get("classname").startswith("a") for case in suites.iter("testcase")))
        self.validate_sarif(self.verdict("sarif", *limit, traces=("h.mcop",)))
        annotations = self.verdict("github", *limit, traces=("h.mcop",))
        self.assertEqual(len(annotations.splitlines()), 1)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", annotations))

    def test_better_than_the_baseline_is_a_failure_with_strict(self):
        self.bench()
        self.call(MALLOCOP, "run", "--quiet", "-o", "b.mcop", "--save-baseline", "main", "--", "./bench")
        self.addCleanup(self.call, MALLOCOP, "baseline", "rm", "main")
        path = self.work / ".mallocop/baselines/main.json"
        path.write_text(path.read_text().replace('"num": 20', '"num": 30'))
        options = ("--baseline", "main", "--strict")
        suite = self.validate_junit(self.verdict("junit", *options, status=4)).find("testsuite")
        self.assertEqual(suite.get("failures"), "1")
        run = self.validate_sarif(self.verdict("sarif", *options, status=4))["runs"][0]
        self.assertEqual([one["ruleId"] for one in run["results"]], ["better-than-baseline"])

    def test_markdown_is_a_summary_of_every_limit(self):
        self.bench()
        text = self.verdict("markdown", *self.LIMITS)
        self.assertIn("| **parse** | allocs.mean | 2 | 1 |", text)
        self.assertIn("**BROKEN**", text)
        self.assertIn("FAIL: 2 of 3 limits broken", text)

    def test_the_verdict_goes_to_a_file(self):
        self.bench()
        self.assertEqual(self.verdict("junit", *self.LIMITS, "-o", "verdict.xml"), "")
        self.validate_junit((self.work / "verdict.xml").read_text())
        self.call(MALLOCOP, "run", "--quiet", "-o", "r.mcop", "--report", "run.xml", "--format", "junit", *self.LIMITS,
                  "--", "./bench", status=3)
        self.validate_junit((self.work / "run.xml").read_text())


if __name__ == "__main__":
    unittest.main()
