// The same program gives the same verdict and the same numbers, run after run: all that is in the JSON report but what
// kVaries has. How often Google Benchmark repeats a benchmark is its own choice unless it is told; then only quotients
// are the same.
#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using Words = std::vector<std::string>;

constexpr int kRuns = 20;

// Times, and where the trace is. By the name of the field, wherever it stands.
const std::set<std::string> kVaries = {"duration_s", "harness_time_ns",  "latency_ns", "peak_time_s",
                                       "points",     "throughput_per_s", "trace"};
// What threads make of each other: whose window is folded when, and so how high both stand at once.
const std::set<std::string> kVariesWithThreads = {"peak_at_least", "peak_at_most", "peak_blocks", "peak_bytes",
                                                  "peak_short_lived_bytes"};

void remove_fields(Json& json, const std::set<std::string>& names) {
  if (json.is_object()) {
    for (const std::string& name : names) json.erase(name);
  }
  if (json.is_structured()) {
    for (Json& part : json) remove_fields(part, names);
  }
}

class Determinism : public Integration {
 protected:
  // Every one of the runs ends with `status`, and all reports are one but for the fields.
  void expect_same(const Words& options, const Words& command, int status, const std::set<std::string>& also = {}) {
    if (!std::filesystem::exists(command[0])) GTEST_SKIP() << command[0] << " was not built";
    Json first;
    for (int i = 0; i < kRuns; ++i) {
      SCOPED_TRACE(i);
      Words words = {"run", "-o", trace(), "--format", "json", "--report", file("report.json")};
      words.insert(words.end(), options.begin(), options.end());
      words.emplace_back("--");
      words.insert(words.end(), command.begin(), command.end());
      const Ended ended = mallocop(words);
      ASSERT_EQ(ended.status, status) << ended.err;
      Json report = Json::parse(read("report.json"));
      ASSERT_TRUE(report["measurement"]["valid"].get<bool>());
      ASSERT_FALSE(report["operations"].empty());
      remove_fields(report, kVaries);
      remove_fields(report, also);
      if (i == 0) first = report;
      ASSERT_TRUE(report == first) << Json::diff(first, report).dump(1);
    }
  }
  static std::string sample(const std::string& name) {
    return std::filesystem::path(program("x")).parent_path() / "../../samples" / name;
  }
};

TEST_F(Determinism, OfMarks) {
  expect_same({"--limit", "Conductor::dispatch:allocs<=0"}, {sample("conductor/conductor_after")}, 0);
}

TEST_F(Determinism, OfAVerdictThatFails) { expect_same({"--limit", "*:allocs<=0"}, {sample("behaviours/growth")}, 3); }

TEST_F(Determinism, OfNestedOperations) {
  expect_same({"--limit", "*:allocs.max<=0"}, {sample("behaviours/nested_operations")}, 3);
}

TEST_F(Determinism, OfFunctions) {
  expect_same({"--op", "work::parse", "--limit", "work::parse:allocs<=1000"}, {program("counted_O2")}, 0);
}

TEST_F(Determinism, OfEightThreads) {
  expect_same({"--limit", "three:allocs.max<=3"}, {program("ways_O2"), "marks", "8"}, 0, kVariesWithThreads);
}

TEST_F(Determinism, OfBenchmarksWithFixedIterations) {
  expect_same({"--limit", "three/*:allocs<=3"}, {program("ways_gbench"), "--benchmark_filter=three/iterations:1000$"},
              0);
}

// Means of a benchmark whose iterations Google Benchmark chooses anew each time.
TEST_F(Determinism, OfTheMeansOfBenchmarks) {
  const std::string path = sample("behaviours/gbench_parse");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " was not built";
  Json first;
  for (int i = 0; i < kRuns; ++i) {
    const Measured measured = measure({.words = {path, "--benchmark_min_time=0.001"}}, With::kLauncher);
    ASSERT_TRUE(measured.valid());
    Json means;
    for (const Json& one : measured.report["operations"]) {
      for (const char* metric : {"allocations", "bytes"}) {
        const Json& mean = one[metric]["per_op"]["mean"];
        ASSERT_EQ(mean["num"].get<uint64_t>() % mean["den"].get<uint64_t>(), 0U) << one["name"];
        means[one["name"].get<std::string>()][metric] = mean["num"].get<uint64_t>() / mean["den"].get<uint64_t>();
      }
    }
    ASSERT_FALSE(means.empty());
    if (i == 0) first = means;
    ASSERT_EQ(means, first);
  }
}

}  // namespace
}  // namespace mallocop::test
