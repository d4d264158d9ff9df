// Repetitions in random order: matched exactly or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/harness/match.h"
#include "tests/unit/report/harness/benchmark_runs.h"

namespace mallocop::report {
namespace {

using namespace mallocop::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

BenchmarkOutput interleaved(std::vector<Benchmark> benchmarks) {
  return {.benchmarks = std::move(benchmarks), .interleaved = true};
}

TEST(MatchInterleaved, RepetitionsInAnyOrder) {
  const BenchmarkOutput told = interleaved({benchmark("b", {70, 70}), benchmark("a", {100, 100, 100})});
  EXPECT_THAT(names_of(told, Runs().of({1, 10, 100}).of({1, 70}).of({100}).of({70}).of({100})),
              ElementsAre("-", "-", "a", "-", "b", "a", "b", "a"));
}

TEST(MatchInterleaved, OneRepetitionEachIsNoInterleaving) {
  EXPECT_THAT(names_of(interleaved({benchmark("b", {10}), benchmark("a", {10})}), Runs().of({1, 10, 1, 10})),
              ElementsAre("-", "b", "-", "a"));
}

TEST(MatchInterleaved, WithWarmUpsMemoryManagersAndThreads) {
  const BenchmarkOutput told =
      interleaved({with_memory_runs(benchmark("a", {100, 100})), with_memory_runs(benchmark("b", {80, 80}, 2))});
  EXPECT_THAT(
      names_of(told,
               Runs().of({1, 10, 1, 100, 16}).threads(2, {1, 1, 40}).of({16}).of({100, 16}).threads(2, {40}).of({16})),
      ElementsAre("-", "-", "-", "a", "-", "-", "-", "-", "-", "b", "b", "-", "a", "-", "b", "b", "-"));
}

// Either may have the first and the third, and so may the other: only the callers tell.
TEST(MatchInterleaved, EqualNumbersNeedCallers) {
  const BenchmarkOutput told = interleaved({benchmark("a", {50, 50}), benchmark("b", {50, 50})});
  EXPECT_THAT(names_of(told, Runs().of({50, 50, 50, 50})),
              ElementsAre(HasSubstr("run it without --benchmark_enable_random_interleaving")));
}

TEST(MatchInterleaved, CallersAndTheOrderOfTheOutputDecide) {
  const BenchmarkOutput told = interleaved({benchmark("a", {50, 50}), benchmark("b", {50, 50})});
  EXPECT_THAT(names_of(told, Runs().by(2).of({50}).by(1).of({50, 50}).by(2).of({50})), ElementsAre("b", "a", "a", "b"));
}

TEST(MatchInterleaved, TimesDecide) {
  BenchmarkOutput told = interleaved({benchmark("a", {50, 50}), benchmark("b", {50, 50})});
  for (BenchmarkRepetition& one : told.benchmarks[0].repetitions) one.real_ns = 1e6;
  const Runs runs = Runs().add(1, 50, 6e7).add(1, 50, 1e5).add(1, 50, 6e7).add(1, 50, 1e5);
  EXPECT_THAT(names_of(told, runs), ElementsAre("a", "b", "a", "b"));
}

TEST(MatchInterleaved, ABenchmarkWithoutABatch) {
  EXPECT_THAT(names_of(interleaved({benchmark("a", {50, 50}), benchmark("b", {60, 60})}), Runs().of({50, 60, 50})),
              ElementsAre(HasSubstr("do not fit")));
}

TEST(MatchInterleaved, OneThatFailedIsRefused) {
  EXPECT_THAT(names_of(interleaved({failed(benchmark("a", {50, 50}), "x")}), Runs().of({50, 50})),
              ElementsAre(HasSubstr("\"a\" cannot be told")));
}

TEST(MatchInterleaved, WhatTakesTooLongIsGivenUp) {
  BenchmarkOutput told = interleaved({});
  Runs runs;
  for (int i = 0; i < 60; ++i) told.benchmarks.push_back(benchmark("a" + std::to_string(i), {5, 5}));
  told.benchmarks.push_back(benchmark("last", {6, 6}));  // which never ran
  for (int i = 0; i < 120; ++i) runs.of({5});
  EXPECT_EQ(names_of(told, runs).size(), 1U);
}

}  // namespace
}  // namespace mallocop::report
