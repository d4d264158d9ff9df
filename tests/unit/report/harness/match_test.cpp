// Benchmarks that ran one after the other, as Google Benchmark 1.5 to 1.9 run them, and what does not fit.
#include "report/harness/match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/report/harness/benchmark_runs.h"

namespace mallocop::report {
namespace {

using namespace mallocop::test;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

BenchmarkOutput output(std::vector<Benchmark> benchmarks) { return {.benchmarks = std::move(benchmarks)}; }

TEST(Match, TheLastRunIsMeasuredAndTheOnesBeforeAreCalibration) {
  EXPECT_THAT(names_of(output({benchmark("a", {300})}), Runs().of({1, 10, 100, 300})), ElementsAre("-", "-", "-", "a"));
}

TEST(Match, BenchmarksOneAfterTheOther) {
  const auto names = names_of(output({benchmark("a/1", {200}), benchmark("a/2", {100}), benchmark("b", {1})}),
                              Runs().of({1, 10, 200}).of({1, 10, 100}).of({1}));
  EXPECT_THAT(names, ElementsAre("-", "-", "a/1", "-", "-", "a/2", "b"));
}

TEST(Match, BenchmarksWithTheSameNumberOfIterations) {
  const auto names = names_of(output({benchmark("a", {100}), benchmark("b", {100}), benchmark("c", {100})}),
                              Runs().of({1, 10, 100}).of({100}).of({1, 10, 100}));
  EXPECT_THAT(names, ElementsAre("-", "-", "a", "b", "-", "-", "c"));
}

TEST(Match, SlowBenchmarksOfOneIteration) {
  const auto names =
      names_of(output({benchmark("a", {1}), benchmark("b", {1}), benchmark("c", {1})}), Runs().of({1, 1, 1}));
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST(Match, RepetitionsUseTheNumberOfTheFirst) {
  const auto names = names_of(output({benchmark("a", {100, 100, 100}), benchmark("b", {20, 20})}),
                              Runs().of({1, 10, 100, 100, 100}).of({1, 20, 20}));
  EXPECT_THAT(names, ElementsAre("-", "-", "a", "a", "a", "-", "b", "b"));
}

TEST(Match, ThreadsAreOneRunAndTheirIterationsAreAddedUp) {
  const auto names = names_of(output({benchmark("a/threads:8", {800}, 8), benchmark("b", {50})}),
                              Runs().threads(8, {1, 100}).of({1, 50}));
  ASSERT_EQ(names.size(), 18U);
  EXPECT_THAT(std::vector(names.begin(), names.begin() + 8), Each("-"));
  EXPECT_THAT(std::vector(names.begin() + 8, names.begin() + 16), Each("a/threads:8"));
  EXPECT_THAT(std::vector(names.begin() + 16, names.end()), ElementsAre("-", "b"));
}

TEST(Match, TwoBatchesOfOneThreadAreNoRunOfTwoThreads) {
  EXPECT_THAT(names_of(output({benchmark("a", {200}, 2)}), Runs().of({100, 100})), ElementsAre(HasSubstr("\"a\"")));
}

// KeepRunningBatch(1000) counts whole thousands, from the first run on.
TEST(Match, LoopsThatTakeSeveralIterationsAtATime) {
  EXPECT_THAT(names_of(output({benchmark("a", {8000})}), Runs().of({1000, 8000})), ElementsAre("-", "a"));
}

// Up to 1.6: the first run asks for one iteration and the second for ten, and both get a hundred.
TEST(Match, ACalibrationThatStalls) {
  EXPECT_THAT(names_of(output({benchmark("a", {1}), benchmark("b", {700}), benchmark("c", {1})}),
                       Runs().of({1}).of({100, 100, 700}).of({1})),
              ElementsAre("a", "-", "-", "b", "c"));
}

TEST(Match, AWarmUpIsNoMeasurement) {
  const auto names = names_of(output({benchmark("a", {300, 300}), benchmark("b", {10})}),
                              Runs().of({1, 10, 300, 1000}).of({1, 10, 300, 300}).of({1, 2, 20}).of({1, 10}));
  EXPECT_THAT(names, ElementsAre("-", "-", "-", "-", "-", "-", "a", "a", "-", "-", "-", "-", "b"));
}

TEST(Match, RunsForAMemoryManager) {
  const auto names =
      names_of(output({with_memory_runs(benchmark("a", {100, 100})), with_memory_runs(benchmark("b", {7}))}),
               Runs().of({1, 100, 16, 100, 16}).of({1, 7, 7}));
  EXPECT_THAT(names, ElementsAre("-", "a", "-", "a", "-", "-", "b", "-"));
}

TEST(Match, ARunForAMemoryManagerHasOneThread) {
  const auto names = names_of(output({with_memory_runs(benchmark("a", {200}, 2))}), Runs().threads(2, {100}).of({16}));
  EXPECT_THAT(names, ElementsAre("a", "a", "-"));
}

TEST(Match, ARunForAMemoryManagerHasAtMostSixteenIterations) {
  EXPECT_THAT(names_of(output({with_memory_runs(benchmark("a", {100}))}), Runs().of({1, 100, 9})),
              ElementsAre(HasSubstr("do not fit")));
}

TEST(Match, RunsForAProfiler) {
  EXPECT_THAT(names_of(output({benchmark("a", {100}), benchmark("b", {50})}), Runs().of({1, 100, 1}).of({1, 50, 1})),
              ElementsAre("-", "a", "-", "-", "b", "-"));
  EXPECT_THAT(names_of(output({benchmark("a", {100}), benchmark("b", {50})}), Runs().of({1, 100, 100}).of({1, 50, 50})),
              ElementsAre("-", "a", "-", "-", "b", "-"));
}

Benchmark mean_only(std::string name, size_t repetitions) {
  Benchmark one = benchmark(std::move(name), {});
  one.repetitions.resize(repetitions);
  return one;
}

TEST(Match, OnlyMeansAreTold) {
  EXPECT_THAT(names_of(output({mean_only("a", 3), mean_only("b", 2)}), Runs().of({1, 10, 90, 90, 90}).of({1, 7, 7})),
              ElementsAre("-", "-", "a", "a", "a", "-", "b", "b"));
  EXPECT_THAT(names_of(output({mean_only("a", 2)}), Runs().of({1, 90, 16, 90, 16})),
              ElementsAre("-", "a", "-", "a", "-"));
}

TEST(Match, OneThatFailedHasNoBatchWhateverItRan) {
  const BenchmarkOutput told =
      output({benchmark("a", {100}), failed(benchmark("b", {10}), "no file"), benchmark("c", {50})});
  EXPECT_THAT(names_of(told, Runs().of({1, 100}).by(2).of({1, 10}).by(3).of({1, 50})),
              ElementsAre("-", "a", "-", "-", "-", "c"));
  EXPECT_THAT(names_of(told, Runs().of({1, 100}).by(3).of({1, 50})), ElementsAre("-", "a", "-", "c"));
  const BatchMatch match = match_batches(told, Runs().of({1, 100}).by(3).of({1, 50}).batches);
  EXPECT_THAT(match.notes, ElementsAre("benchmark \"b\" was skipped or reported an error: no file; it is left out"));
}

TEST(Match, OneThatFailedAtTheEnd) {
  EXPECT_THAT(names_of(output({benchmark("a", {100}), failed(benchmark("b", {10}), "")}), Runs().of({1, 100}).of({1})),
              ElementsAre("-", "a", "-"));
  EXPECT_THAT(names_of(output({failed(benchmark("b", {10}), "")}), Runs()), ElementsAre());
}

// Any two in a row may be the benchmark's: who called them decides.
TEST(Match, CallersDecideBetweenSeveralWays) {
  const BenchmarkOutput told =
      output({failed(benchmark("a", {10}), "x"), benchmark("b", {10, 10}), failed(benchmark("c", {10}), "x")});
  EXPECT_THAT(names_of(told, Runs().by(1).of({10}).by(2).of({10, 10}).by(3).of({10})), ElementsAre("-", "b", "b", "-"));
}

TEST(Match, TimesDecideBetweenSeveralWays) {
  BenchmarkOutput told =
      output({failed(benchmark("a", {10}), "x"), benchmark("b", {10}), failed(benchmark("c", {10}), "x")});
  told.benchmarks[1].repetitions[0].real_ns = 1e6;
  const Runs decided = Runs().add(1, 10, 2e5).add(1, 10, 1.1e7).add(1, 10, 2e5);
  EXPECT_THAT(names_of(told, decided), ElementsAre("-", "b", "-"));
  told.benchmarks[1].manual_time = true;  // says nothing about how long a batch takes
  EXPECT_THAT(names_of(told, decided), ElementsAre(HasSubstr("\"b\" cannot be told")));
}

// The one that failed may have run anything, so the hundred of c/1's calibration could be what b measured.
TEST(Match, BeginningsDecideBetweenSeveralWays) {
  const std::vector<Benchmark> benchmarks = {failed(benchmark("a", {10}), "x"), benchmark("b", {100}),
                                             benchmark("c/1", {140}), benchmark("c/2", {70})};
  const auto names = names_of(output(benchmarks),
                              Runs().by(1).of({1}).by(2).of({1, 10, 100}).by(3).of({1, 10, 100, 140}).of({1, 10, 70}));
  EXPECT_THAT(names, ElementsAre("-", "-", "-", "b", "-", "-", "-", "c/1", "-", "-", "c/2"));
}

TEST(Match, WhatNothingDecidesIsRefused) {
  const BenchmarkOutput told =
      output({failed(benchmark("a", {10}), "x"), benchmark("b", {10}), failed(benchmark("c", {10}), "x")});
  EXPECT_THAT(names_of(told, Runs().of({10, 10})),
              ElementsAre("which batches belong to benchmark \"b\" cannot be told: more than one way fits Google "
                          "Benchmark's output"));
}

TEST(Match, ABenchmarkWithoutABatch) {
  EXPECT_THAT(names_of(output({benchmark("a", {100}), benchmark("b", {50})}), Runs().of({1, 100})),
              ElementsAre("the batches that were run do not fit Google Benchmark's output, from benchmark \"b\" on"));
  EXPECT_THAT(names_of(output({benchmark("a", {100})}), Runs()), ElementsAre(HasSubstr("\"a\"")));
}

TEST(Match, AnotherNumberOfIterationsIsNoMatch) {
  EXPECT_THAT(names_of(output({benchmark("a", {100})}), Runs().of({1, 99})), ElementsAre(HasSubstr("\"a\"")));
}

TEST(Match, BatchesBehindTheLastBenchmark) {
  EXPECT_THAT(names_of(output({benchmark("a", {100})}), Runs().of({1, 100, 200})), ElementsAre(HasSubstr("\"a\"")));
}

TEST(Match, ACalibrationThatDoesNotGrowIsNone) {
  EXPECT_THAT(names_of(output({benchmark("a", {100}), benchmark("b", {100})}), Runs().of({1, 100, 50, 40, 100})),
              ElementsAre(HasSubstr("\"b\"")));
}

TEST(Match, BatchesWithoutABenchmark) {
  EXPECT_THAT(names_of(output({}), Runs().of({1})), ElementsAre(HasSubstr("names no benchmark")));
  EXPECT_THAT(names_of(output({}), Runs()), ElementsAre());
}

// RunSpecifiedBenchmarks() called twice: the second call writes over the output of the first.
TEST(Match, RunsWhoseOutputWasWrittenOver) {
  const BenchmarkOutput told = output({benchmark("b", {50})});
  const Runs runs = Runs().by(1).of({1, 100}).by(3).of({1, 70}).by(2).of({1, 50});
  EXPECT_THAT(names_of(told, runs), ElementsAre("-", "-", "-", "-", "-", "b"));
  EXPECT_THAT(match_batches(told, runs.batches).notes, ElementsAre(HasSubstr("written over")));
}

TEST(Match, ATraceThatWasCutHasNoMatch) {
  EXPECT_THAT(names_of(output({benchmark("a", {100}), benchmark("b", {50})}), Runs().of({1, 100, 1})),
              ElementsAre(HasSubstr("\"b\"")));
}

TEST(Match, ManyBenchmarksTakeNoLongTime) {
  BenchmarkOutput told;
  Runs runs;
  for (uint64_t i = 0; i < 5000; ++i) {
    told.benchmarks.push_back(benchmark("a/" + std::to_string(i), {1000 + i, 1000 + i}));
    runs.of({1, 10, 100, 1000 + i, 1000 + i});
  }
  const BatchMatch match = match_batches(told, runs.batches);
  EXPECT_EQ(match.problem, "");
  ASSERT_EQ(match.benchmark.size(), 25000U);
  EXPECT_EQ(match.benchmark[24999], 4999U);
  EXPECT_EQ(match.benchmark[24997], std::nullopt);
}

// Numbers that no program makes, so that every position may be an end: the search gives up.
TEST(Match, AMadeUpTraceIsGivenUp) {
  BenchmarkOutput told;
  Runs runs;
  for (uint64_t i = 0; i < 3000; ++i) {
    told.benchmarks.push_back(benchmark("a", {1}));
    told.benchmarks.push_back(failed(benchmark("f", {1}), ""));
  }
  for (uint64_t i = 0; i < 9000; ++i) runs.of({1});
  EXPECT_THAT(names_of(told, runs), ElementsAre(HasSubstr("\"a\" cannot be told")));
}

}  // namespace
}  // namespace mallocop::report
