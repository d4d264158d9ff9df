"""The sample projects, and the pages that show them: each is done word by word with an installation."""
import unittest

import yaml
from support import SOURCE, Installed, example, examples, mend, run


class NewUser(Installed):
    def test_from_a_benchmark_to_a_failing_and_a_passing_test(self):
        for page in ("README.md", "docs/ci.md"):
            self.assertEqual(example(page, "samples/projects/cmake/CMakeLists.txt"),
                             example("docs/ci.md", "samples/projects/cmake/CMakeLists.txt"))
        project = self.sample("cmake", "new user")
        lines = example("README.md", "samples/projects/cmake/CMakeLists.txt")
        budget = example("README.md", "samples/projects/cmake/mallocop.toml")
        self.assertLess(len((lines + budget).splitlines()), 10)
        # The project as it was.
        mend(project, undo=True)
        whole = (project / "CMakeLists.txt").read_text()
        (project / "CMakeLists.txt").write_text(whole.replace(lines, ""))
        (project / "mallocop.toml").unlink()
        # What the page says.
        with open(project / "CMakeLists.txt", "a") as file:
            file.write(lines)
        self.assertEqual((project / "CMakeLists.txt").read_text(), whole)
        (project / "mallocop.toml").write_text(budget)
        commands = example("README.md", "commands")
        output = run(commands, project, self.environment, status=8)
        for line in example("README.md", "output").splitlines():
            self.assertIn(line, output)
        self.assertRegex(output, r"Parser::parse \S.*parser\.cpp:\d+: ")
        mend(project)
        self.assertIn("100% tests passed", run(commands, project, self.environment))

    def test_the_pages_show_the_files(self):
        shown = [(page, path, text) for page in ("README.md", "docs/ci.md") for path, text in examples(page)
                 if path.startswith("samples/projects/")]
        self.assertGreaterEqual(len(shown), 7)
        for page, path, text in shown:
            self.assertIn(text, (SOURCE / path).read_text(), f"{page} does not show {path} as it is")

    def test_both_pages_say_the_same(self):
        for comment in ("commands", "output", "mend", "samples/projects/cmake/mallocop.toml"):
            self.assertEqual(example("README.md", comment), example("docs/ci.md", comment))


class Meson(Installed):
    def test_a_budget_is_a_test(self):
        project = self.sample("meson", "meson")
        run("meson setup build && meson test -C build --suite allocations", project, self.environment)
        source = (project / "codec.cpp").read_text()
        (project / "codec.cpp").write_text(
            source.replace("out.clear();", "std::string().swap(out);\n  out.reserve(100);"))
        output = run("meson test -C build --print-errorlogs", project, self.environment, status=1)
        self.assertIn("encode: allocs.max 1 > 0", output)
        # A program that says "skipped" has not kept its budget.
        main = (project / "codec_bench.cpp").read_text()
        (project / "codec_bench.cpp").write_text(main.replace("return out.empty() ? 1 : 0;", "return 77;"))
        output = run("meson test -C build", project, self.environment, status=1)
        self.assertRegex(output, r"Fail: +1\b")


class Services(Installed):
    """The files for services run in one folder, one after the other, as each service would: first before the mend."""

    def test_each_fails_before_the_mend_and_passes_after(self):
        project = self.sample("cmake", "services")
        mend(project, undo=True)
        for mended in (False, True):
            if mended:
                mend(project)
            for service in (self.github, self.gitlab, self.pre_commit):
                with self.subTest(f"{service.__name__}, {'after' if mended else 'before'} the mend"):
                    passed, output = service(project)
                    self.assertEqual(passed, mended, output)
                    self.assertEqual("BM_Parse: allocs.mean 3 > 0" in output, not mended, output)

    def github(self, project):
        workflow = yaml.safe_load((project / ".github/workflows/allocations.yml").read_text())
        steps = [step for step in workflow["jobs"]["budgets"]["steps"] if "run" in step]
        self.assertEqual([step["name"] for step in steps], ["Install", "Build", "Budgets", "Annotations", "Report"])
        summary = project / "summary.md"
        summary.write_text("")
        environment = self.environment | {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(project)}
        passed, outputs = True, ""
        for step in steps[1:]:  # The first installs packages, as root and from the network.
            if not passed and step.get("if") != "always()":
                continue
            status, output = run(step["run"], project, environment, status=None)
            passed = passed and status == 0
            outputs += output
        self.assertIn("BM\\_Parse", summary.read_text())
        self.assertEqual("::error file=parser.cpp,line=" in outputs, not passed, outputs)
        return passed, outputs

    def gitlab(self, project):
        job = yaml.safe_load((project / ".gitlab-ci.yml").read_text())["allocations"]
        status, output = run("\n".join(job["script"]), project, self.environment, status=None)
        run("\n".join(job["after_script"]), project, self.environment)
        for path in ["build/allocations.md", job["artifacts"]["reports"]["junit"]]:
            self.assertIn("parser_bench" if path.endswith("xml") else "BM\\_Parse", (project / path).read_text())
        return status == 0, output

    def pre_commit(self, project):
        hook = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"][0]
        self.assertEqual((hook["language"], hook["pass_filenames"]), ("system", False))
        for name, concerns in [("parser.cpp", True), ("src/parser.h", True), ("CMakeLists.txt", True),
                               ("mallocop.toml", True), ("README.md", False)]:
            self.assertRegex(name, hook["files"]) if concerns else self.assertNotRegex(name, hook["files"])
        status, output = run(hook["entry"], project, self.environment, status=None)
        return status == 0, output


if __name__ == "__main__":
    unittest.main()
