"""The CMake package: what mallocop_add_budget_test() refuses, and that no status but 0 passes."""
import unittest

from support import Installed, run

START = """cmake_minimum_required(VERSION 3.19)
project(budgets LANGUAGES NONE)
find_package(mallocop REQUIRED)
add_executable(bench IMPORTED)
set_target_properties(bench PROPERTIES IMPORTED_LOCATION "${CMAKE_CURRENT_SOURCE_DIR}/bench")
"""


class Package(Installed):
    def project(self, name, lines, budget="[total]\nleaked_bytes = 0\n", program="true", testing="enable_testing()\n"):
        folder = self.folder(name)
        (folder / "CMakeLists.txt").write_text(START + testing + lines + "\n")
        (folder / "mallocop.toml").write_text(budget)
        (folder / "bench").write_text(f"#!/bin/sh\n{program}\n")
        (folder / "bench").chmod(0o755)
        return folder

    def test_mistakes_stop_cmake(self):
        for name, lines, message in [
            ("no budget", "mallocop_add_budget_test(bench)", "no budget; write BUDGET and a file"),
            ("no file", "mallocop_add_budget_test(bench BUDGET other.toml)", "there is no budget file"),
            ("folder", "mallocop_add_budget_test(bench BUDGET .)", "there is no budget file"),
            ("no target", "mallocop_add_budget_test(bunch BUDGET mallocop.toml)", "there is no target 'bunch'"),
            ("library", "add_library(bag INTERFACE)\nmallocop_add_budget_test(bag BUDGET mallocop.toml)",
             "'bag' is no executable (INTERFACE_LIBRARY)"),
            ("unknown word", "mallocop_add_budget_test(bench BUDGET mallocop.toml FORBIDDEN f)",
             "unknown argument: FORBIDDEN;f"),
            ("nothing behind", "mallocop_add_budget_test(bench BUDGET mallocop.toml FORBID)",
             "nothing stands behind FORBID"),
            ("strict", "mallocop_add_budget_test(bench BUDGET mallocop.toml STRICT)", "STRICT is about a BASELINE"),
            ("twice", "mallocop_add_budget_test(bench BUDGET mallocop.toml)\n" * 2,
             "there is a test 'bench_budget' already"),
        ]:
            with self.subTest(name):
                folder = self.project(name, lines)
                output = " ".join(run(["cmake", "-B", "build"], folder, self.environment, status=1).split())
                self.assertIn(message, output)

    def test_a_project_whose_tests_would_not_be_run_is_refused(self):
        line = "mallocop_add_budget_test(bench BUDGET mallocop.toml)"
        folder = self.project("not enabled", line, testing="")
        output = " ".join(run(["cmake", "-B", "build"], folder, self.environment, status=1).split())
        self.assertIn("ctest will not run the tests; call enable_testing()", output)
        run(["cmake", "-B", "without", "-DBUILD_TESTING=OFF"], folder, self.environment)
        folder = self.project("enabled later", line + "\nenable_testing()", testing="")
        run(["cmake", "-B", "build"], folder, self.environment)

    def test_no_status_but_0_passes(self):
        for name, program, budget, passes, says in [
            ("within", "true", "[total]\npeak_bytes = '1 GiB'\n", True, ""),
            ("over", "true", "[total]\npeak_bytes = 0\n", False, "FAIL: 1 of 1 limit broken"),
            ("never ran", "true", "[op.\"parse\"]\nallocs = 0\n", False, "parse"),
            ("bad budget", "true", "[total]\npeek_bytes = 0\n", False, "peek_bytes"),
            ("failed", "exit 1", "[total]\npeak_bytes = '1 GiB'\n", False, ""),
            ("status 77", "exit 77", "[total]\npeak_bytes = '1 GiB'\n", False, ""),
            ("killed", "kill -SEGV $$", "[total]\npeak_bytes = '1 GiB'\n", False, ""),
        ]:
            with self.subTest(name):
                folder = self.project(name, "mallocop_add_budget_test(bench BUDGET mallocop.toml)", budget, program)
                run(["cmake", "-B", "build"], folder, self.environment)
                status, output = run(["ctest", "--test-dir", "build", "--output-on-failure", "-L", "mallocop"], folder,
                                     self.environment, status=None)
                self.assertIn(says, output)
                self.assertEqual(status == 0, passes, output)
                self.assertIn("100% tests passed" if passes else "1 tests failed", output)
                self.assertNotIn("Skipped", output)

    def test_every_word_reaches_mallocop(self):
        folder = self.project("words", """mallocop_add_budget_test(bench BUDGET mallocop.toml NAME all
            OPS a "b c" LIMITS "a:allocs<=1" FORBID d BASELINE main STRICT WORKING_DIRECTORY . ARGS one "two three")""")
        run(["cmake", "-B", "build"], folder, self.environment)
        line = run(["ctest", "--test-dir", "build", "-N", "-V"], folder, self.environment)
        self.assertIn(f'Test command: {self.program} "run" "--quiet" "--budget" "{folder}/mallocop.toml" "--output" '
                      f'"{folder}/build/all.mcop" "--baseline" "main" "--strict" "--op" "a" "--op" "b c" "--limit" '
                      f'"a:allocs<=1" "--forbid" "d" "--" "{folder}/bench" "one" "two three"', line)
        self.assertIn(f"Working Directory: {folder}\n", line)

    def test_a_baseline_is_found_beside_the_sources(self):
        # A program whose allocations are the same under any environment.
        folder = self.project("baseline", """set_target_properties(bench PROPERTIES IMPORTED_LOCATION /bin/true)
            mallocop_add_budget_test(bench BUDGET mallocop.toml BASELINE main)""",
                              budget="[total]\npeak_bytes = '1 GiB'\n")
        run(["cmake", "-B", "build"], folder, self.environment)
        self.assertIn("main", run(["ctest", "--test-dir", "build", "-V"], folder, self.environment, status=8))
        run([self.program, "run", "--save-baseline", "main", "--", "/bin/true"], folder, self.environment)
        run(["ctest", "--test-dir", "build", "-V"], folder, self.environment)

    def test_the_function_is_there_in_folders_beside_the_one_that_found_it(self):
        folder = self.project("folders", "add_subdirectory(first)\nadd_subdirectory(second)")
        (folder / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.19)\nproject(f LANGUAGES NONE)\n"
                                               "enable_testing()\nadd_subdirectory(first)\nadd_subdirectory(second)\n")
        for name, lines in [("first", "find_package(mallocop REQUIRED)\n"),
                            ("second", START[START.index("add_executable"):] +
                             "mallocop_add_budget_test(bench BUDGET ../mallocop.toml)\n")]:
            (folder / name).mkdir()
            (folder / name / "CMakeLists.txt").write_text(lines)
        run(["cmake", "-B", "build"], folder, self.environment)
        self.assertIn(str(self.program), run(["ctest", "--test-dir", "build", "-N", "-V"], folder, self.environment))

    def test_versions(self):
        for version, found in [("0.1", True), ("0.1.0", True), ("0.99", False), ("1.0", False)]:
            with self.subTest(version):
                folder = self.folder(f"version {version}")
                (folder / "CMakeLists.txt").write_text(
                    f"cmake_minimum_required(VERSION 3.19)\nproject(v LANGUAGES NONE)\n"
                    f"find_package(mallocop {version} REQUIRED)\n")
                run(["cmake", "-B", "build"], folder, self.environment, status=0 if found else 1)


if __name__ == "__main__":
    unittest.main()
