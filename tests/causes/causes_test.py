"""Each program of the corpus, in one of its configurations: is the cause right, and does the plan keep its promise?

Run by Meson with MALLOCOP_BUILD in the environment; with "libc++" as its argument, some of the programs are built with
that. scripts/causes measures all configurations.
"""
import concurrent.futures
import os
import sys
import tempfile
import unittest

import corpus

SKIPPED = 77  # Meson's
WITH_LIBCXX = sys.argv[1:] == ["libc++"]
EVERY = 6  # so many programs only, since libc++ takes long to compile


def configuration_of(index, program):
    """Which one, so that all have their turn, and the optimised ones, which take longer to compile, less often."""
    if WITH_LIBCXX:
        return corpus.LIBCXX[index // EVERY % 2] if index % EVERY == 0 else None
    if program.test_with:
        return program.test_with
    turn = index % 3
    if program.rust:
        return "rustc -O" if turn == 0 else "rustc debug"
    return (["gcc -O2", "gcc -O0", "clang -O0"] if index % 2 else ["clang -O2", "clang -O0", "gcc -O0"])[turn]


def bench_in(folder):
    return corpus.Bench(os.environ["MALLOCOP_BUILD"], folder)


class Causes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mallocop-causes-")
        cls.addClassCleanup(folder.cleanup)
        bench = bench_in(folder.name)
        bench.prepare()
        of_each = [(program, configuration_of(index, program)) for index, program in enumerate(corpus.programs())]
        cls.programs = [(program, configuration) for program, configuration in of_each
                        if configuration and program.fits(configuration) and bench.can(configuration)]
        jobs = [(program, configuration, fixed) for program, configuration in cls.programs
                for fixed in ((False, True) if program.fixable and not WITH_LIBCXX else (False,))]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            reports = list(pool.map(lambda job: bench.measure(*job), jobs))
        cls.reports = {(job[0].name, job[2]): report for job, report in zip(jobs, reports)}

    def test_corpus_is_large_enough(self):
        self.assertGreaterEqual(sum(not program.rust for program in corpus.programs()), 40)
        self.assertGreaterEqual(sum(program.fixable for program in corpus.programs()), 16)

    def test_causes_are_right(self):
        for program, configuration in self.programs:
            with self.subTest(program=program.name, configuration=configuration):
                answer = corpus.judge(program, configuration, self.reports[program.name, False])
                said = f"{answer.cause} for {program.cause_in(configuration)}: " + "; ".join(
                    f"{site['cause']} ({site['evidence']}) at {site['location']}" for site in answer.sites)
                self.assertEqual(answer.right_place, configuration not in program.misses, said)
                for site in answer.sites:
                    self.assertEqual(site["evidence"] is None, site["cause"] == "unknown")

    @unittest.skipIf(WITH_LIBCXX, "FIXED has the plan's numbers for libstdc++, and libc++'s blocks have other sizes")
    def test_plan_keeps_its_promise(self):
        for program, configuration in self.programs:
            if not program.fixable or configuration in program.misses:
                continue
            with self.subTest(program=program.name, configuration=configuration):
                kept = corpus.kept_promise(program, configuration,
                                           *(self.reports[program.name, fixed] for fixed in (False, True)))
                self.assertIsNotNone(kept, "the plan has no change there")
                self.assertEqual(kept.expected[0], kept.real[0], kept)
                if program.plan is None:
                    self.assertEqual(kept.expected[1], kept.real[1], kept)


if WITH_LIBCXX and not all(bench_in(".").can(configuration) for configuration in corpus.LIBCXX):
    print("skipped: there is no clang++, or no libc++ where scripts/unpack puts it (scripts/setup test)")
    sys.exit(SKIPPED)
unittest.main(argv=sys.argv[:1])
