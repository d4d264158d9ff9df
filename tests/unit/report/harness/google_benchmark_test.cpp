// Outputs of Google Benchmark, as its versions write them and as they can be damaged.
#include "report/harness/google_benchmark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string document(const std::string& benchmarks) {
  return R"({"context": {"date": "2026-11-22", "caches": [{"type": "Data", "level": 1}], "load_avg": [1.5,2]},
  "benchmarks": [)" +
         benchmarks + "]}";
}

std::string entry(const std::string& name, const std::string& more) {
  return R"({"name": ")" + name + R"(", "run_name": ")" + name + R"(", "run_type": "iteration", "threads": 1,
  "repetitions": 1, "repetition_index": 0, "iterations": 100, "real_time": 2.5, "cpu_time": 2, "time_unit": "us")" +
         more + "}";
}

BenchmarkOutput parse(const std::string& json) {
  std::string problem;
  const auto output = parse_benchmark_output(json, problem);
  EXPECT_TRUE(output) << problem;
  return output.value_or(BenchmarkOutput());
}

std::string problem_of(const std::string& json) {
  std::string problem;
  EXPECT_FALSE(parse_benchmark_output(json, problem));
  return problem;
}

TEST(GoogleBenchmark, OneBenchmark) {
  const BenchmarkOutput output = parse(document(entry("BM_Parse/64", "")));
  ASSERT_THAT(output.benchmarks, SizeIs(1));
  const Benchmark& one = output.benchmarks[0];
  EXPECT_EQ(one.name, "BM_Parse/64");
  EXPECT_EQ(one.threads, 1U);
  EXPECT_FALSE(one.failed());
  EXPECT_FALSE(output.interleaved);
  ASSERT_THAT(one.repetitions, SizeIs(1));
  EXPECT_EQ(one.repetitions[0].iterations, 100U);
  EXPECT_FALSE(one.repetitions[0].memory_run);
  ASSERT_TRUE(one.time());
  EXPECT_DOUBLE_EQ(one.time()->real_ns, 2500);
  EXPECT_DOUBLE_EQ(one.time()->cpu_ns, 2000);
}

TEST(GoogleBenchmark, RepetitionsAreOneBenchmarkWithTheMeanOfTheirTimes) {
  const BenchmarkOutput output = parse(document(
      R"({"run_name": "a", "run_type": "iteration", "repetition_index": 0, "iterations": 5, "real_time": 1, "cpu_time": 3, "time_unit": "ns"},
         {"run_name": "a", "run_type": "iteration", "repetition_index": 1, "iterations": 5, "real_time": 2, "cpu_time": 5, "time_unit": "ns"},
         {"name": "a_mean", "run_name": "a", "run_type": "aggregate", "aggregate_name": "mean", "iterations": 2, "real_time": 77, "cpu_time": 77, "time_unit": "ns"},
         {"name": "a_cv", "run_name": "a", "run_type": "aggregate", "aggregate_name": "cv", "iterations": 2, "real_time": 0.1, "cpu_time": 0.1, "time_unit": "ns"})"));
  ASSERT_THAT(output.benchmarks, SizeIs(1));
  EXPECT_THAT(output.benchmarks[0].repetitions, SizeIs(2));
  EXPECT_DOUBLE_EQ(output.benchmarks[0].time()->real_ns, 1.5);
  EXPECT_DOUBLE_EQ(output.benchmarks[0].time()->cpu_ns, 4);
}

TEST(GoogleBenchmark, TwoBenchmarksOfOneNameAreTwo) {
  EXPECT_THAT(parse(document(entry("a", "") + "," + entry("a", ""))).benchmarks, SizeIs(2));
}

// --benchmark_report_aggregates_only
TEST(GoogleBenchmark, AggregatesAloneTellTheMeanAndTheRepetitions) {
  const BenchmarkOutput output = parse(document(
      R"({"run_name": "a/1", "run_type": "aggregate", "aggregate_name": "mean", "repetitions": 3, "threads": 2, "iterations": 3, "real_time": 2, "cpu_time": 1, "time_unit": "ms"},
         {"run_name": "a/1", "run_type": "aggregate", "aggregate_name": "median", "repetitions": 3, "threads": 2, "iterations": 3, "real_time": 9, "cpu_time": 9, "time_unit": "ms"},
         {"name": "a_BigO", "run_name": "a", "run_type": "aggregate", "aggregate_name": "BigO", "repetitions": 3, "threads": 1, "cpu_coefficient": 1, "real_coefficient": 1, "big_o": "N", "time_unit": "ms"},
         {"name": "a_RMS", "run_name": "a", "run_type": "aggregate", "aggregate_name": "RMS", "repetitions": 3, "threads": 1, "rms": 0.1})"));
  ASSERT_THAT(output.benchmarks, SizeIs(1));
  const Benchmark& one = output.benchmarks[0];
  EXPECT_EQ(one.name, "a/1");
  EXPECT_EQ(one.threads, 2U);
  ASSERT_THAT(one.repetitions, SizeIs(3));
  EXPECT_FALSE(one.repetitions[0].iterations);
  EXPECT_DOUBLE_EQ(one.time()->real_ns, 2e6);
}

// Whoever counts on one would be wrong.
TEST(GoogleBenchmark, ABenchmarkHasARepetitionWhateverItSays) {
  const BenchmarkOutput output = parse(document(
      R"({"run_name": "a", "run_type": "aggregate", "aggregate_name": "mean", "repetitions": 0, "iterations": 1, "real_time": 2, "cpu_time": 1, "time_unit": "ns"})"));
  ASSERT_THAT(output.benchmarks, SizeIs(1));
  EXPECT_THAT(output.benchmarks[0].repetitions, SizeIs(1));
}

TEST(GoogleBenchmark, ErrorsAndSkips) {
  const BenchmarkOutput output = parse(document(entry("a", R"(, "error_occurred": true, "error_message": "no file")") +
                                                "," + entry("b", R"(, "skipped": true, "skip_message": "not here")") +
                                                "," + entry("c", R"(, "error_occurred": false)")));
  ASSERT_THAT(output.benchmarks, SizeIs(3));
  EXPECT_TRUE(output.benchmarks[0].failed());
  EXPECT_EQ(output.benchmarks[0].problem, "no file");
  EXPECT_TRUE(output.benchmarks[1].failed());
  EXPECT_EQ(output.benchmarks[1].problem, "not here");
  EXPECT_FALSE(output.benchmarks[2].failed());
}

TEST(GoogleBenchmark, AMemoryManagerAndManualTime) {
  const BenchmarkOutput output =
      parse(document(entry("a/manual_time", R"(, "allocs_per_iter": 2.5, "max_bytes_used": 64)") + "," +
                     entry("a/manual_timer", R"(, "allocs_per_iter": 7)")));  // a counter of the user's
  ASSERT_THAT(output.benchmarks, SizeIs(2));
  EXPECT_TRUE(output.benchmarks[0].repetitions[0].memory_run);
  EXPECT_TRUE(output.benchmarks[0].manual_time);
  EXPECT_FALSE(output.benchmarks[1].repetitions[0].memory_run);
  EXPECT_FALSE(output.benchmarks[1].manual_time);
}

TEST(GoogleBenchmark, CountersAreNoneOfItsFields) {
  const BenchmarkOutput output =
      parse(document(entry("a", R"(, "iterations": 3, "threads": 9, "run_type": "aggregate", "big_o": 1)")));
  ASSERT_THAT(output.benchmarks, SizeIs(1));
  EXPECT_EQ(output.benchmarks[0].repetitions[0].iterations, 100U);
  EXPECT_EQ(output.benchmarks[0].threads, 1U);
}

TEST(GoogleBenchmark, CountersThatAreNoNumbers) {
  const BenchmarkOutput output = parse(
      document(entry("NaN \\\" Infinity", R"(, "a": NaN, "b": -NaN, "c": Infinity, "d": -Infinity, "label": "NaN\\")") +
               "," + entry("b", "")));
  ASSERT_THAT(output.benchmarks, SizeIs(2));
  EXPECT_EQ(output.benchmarks[0].name, "NaN \" Infinity");
}

// 1.4 and before.
TEST(GoogleBenchmark, WithoutARunName) {
  EXPECT_EQ(parse(document(R"({"name": "a", "iterations": 3, "real_time": 1, "cpu_time": 1, "time_unit": "ns"})"))
                .benchmarks[0]
                .name,
            "a");
}

TEST(GoogleBenchmark, TimesThatAreNoneAreNotShown) {
  EXPECT_FALSE(
      parse(document(R"({"run_name": "a", "iterations": 3, "real_time": -1, "cpu_time": 1})")).benchmarks[0].time());
}

TEST(GoogleBenchmark, AnOutputThatIsCutIsRefusedAtEveryByte) {
  const std::string whole = document(entry("a", "") + "," + entry("b", ""));
  for (size_t size = 0; size < whole.size(); ++size) {
    std::string problem;
    EXPECT_FALSE(parse_benchmark_output(whole.substr(0, size), problem)) << size;
    EXPECT_NE(problem, "") << size;
  }
}

TEST(GoogleBenchmark, WhatIsNoOutput) {
  EXPECT_THAT(problem_of("name,iterations,real_time\n"), HasSubstr("no JSON"));
  EXPECT_THAT(problem_of("[]"), HasSubstr("no list of benchmarks"));
  EXPECT_THAT(problem_of("{\"benchmarks\": {}}"), HasSubstr("no list of benchmarks"));
  EXPECT_THAT(problem_of("7"), HasSubstr("no list of benchmarks"));
  EXPECT_THAT(problem_of(std::string(100000, '[')), HasSubstr("no JSON"));
}

TEST(GoogleBenchmark, FieldsOfOtherTypesAreNone) {
  const BenchmarkOutput output = parse(document(
      R"(7, "x", null, [1, {"run_name": "deep"}], {"run_name": 7, "iterations": "many", "threads": -3, "real_time": {"run_name": "x"}, "repetition_index": 1.5})"));
  ASSERT_THAT(output.benchmarks, SizeIs(1));
  EXPECT_EQ(output.benchmarks[0].name, "");
  EXPECT_EQ(output.benchmarks[0].threads, 1U);
  EXPECT_FALSE(output.benchmarks[0].repetitions[0].iterations);
}

TEST(GoogleBenchmark, NumbersThatAreTooLarge) {
  const std::string aggregate =
      R"({"run_name": "a", "run_type": "aggregate", "aggregate_name": "mean", "iterations": 3, "repetitions": 18446744073709551615})";
  EXPECT_THAT(problem_of(document(aggregate)), HasSubstr("more than can be looked at"));
  EXPECT_THAT(problem_of(document(R"({"run_name": "a", "iterations": 1, "threads": 18446744073709551615})")),
              HasSubstr("more than can be looked at"));
  std::string many = "{}";
  for (size_t i = 0; i < kMostBenchmarkEntries; ++i) many += ",{}";
  EXPECT_THAT(problem_of(document(many)), HasSubstr("more than can be looked at"));
}

TEST(GoogleBenchmark, NamesHaveABound) {
  EXPECT_EQ(parse(document(entry(std::string(5000, 'x'), ""))).benchmarks[0].name.size(), kLongestBenchmarkName);
}

// What a trace keeps says the same as what was read.
TEST(GoogleBenchmark, WrittenAndReadAgain) {
  BenchmarkOutput output = parse(document(
      entry("a/\\u00e4\\n", R"(, "allocs_per_iter": 1, "max_bytes_used": 1)") + "," +
      entry("b", R"(, "skipped": true)") +
      R"(,{"run_name": "c", "run_type": "aggregate", "aggregate_name": "mean", "repetitions": 3, "threads": 2, "iterations": 3, "real_time": 2, "cpu_time": 1, "time_unit": "ms"}
         ,{"run_name": "d", "repetition_index": 0, "iterations": 5, "real_time": 1, "cpu_time": 3, "time_unit": "ns", "threads": 4}
         ,{"run_name": "d", "repetition_index": 1, "iterations": 5, "real_time": 3, "cpu_time": 3, "time_unit": "ns", "threads": 4})"));
  output.interleaved = true;
  const BenchmarkOutput again = parse(write_benchmark_output(output));
  EXPECT_TRUE(again.interleaved);
  ASSERT_EQ(again.benchmarks.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    const Benchmark& one = again.benchmarks[i];
    const Benchmark& other = output.benchmarks[i];
    EXPECT_EQ(one.name, other.name);
    EXPECT_EQ(one.threads, other.threads);
    EXPECT_EQ(one.failed(), other.failed());
    ASSERT_EQ(one.repetitions.size(), other.repetitions.size());
    EXPECT_EQ(one.repetitions[0].iterations, other.repetitions[0].iterations);
    EXPECT_EQ(one.repetitions[0].memory_run, other.repetitions[0].memory_run);
    ASSERT_TRUE(one.time());
    EXPECT_DOUBLE_EQ(one.time()->real_ns, other.time()->real_ns);
    EXPECT_DOUBLE_EQ(one.time()->cpu_ns, other.time()->cpu_ns);
  }
}

}  // namespace
}  // namespace mallocop::report
