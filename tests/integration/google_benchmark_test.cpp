// An unmodified Google Benchmark program under the launcher: its own report is the same but for the times, and the
// allocations that it must make are there.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <regex>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class GoogleBenchmark : public Integration {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program("gbench"))) GTEST_SKIP() << "libbenchmark-dev was not there at build time";
  }
  // Times and the widths of their columns differ from run to run.
  static std::string without_times(const std::string& text) {
    const std::string named = std::regex_replace(text, std::regex(" +[0-9.e+]+ ns"), " TIME");
    return std::regex_replace(named, std::regex("( |-)+"), " ");
  }
};

TEST_F(GoogleBenchmark, RunsUnchangedAndIsCounted) {
  const Command command = {.words = {program("gbench"), "--benchmark_color=false"}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0) << bare_run.err;
  ASSERT_THAT(bare_run.out, testing::HasSubstr("nodes/iterations:1000"));
  const Measured measured = measure(command, With::kLauncher);
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_EQ(without_times(measured.host.out), without_times(bare_run.out));
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  uint64_t strings = 0;
  uint64_t nodes = 0;
  for (const Json& site : measured.report["sites"]) {
    const std::string stack = site["stack"].dump();
    if (site["largest"] == 201 && stack.find("strings(benchmark::State&)") != std::string::npos) {
      strings += site["allocations"].get<uint64_t>();
    }
    if (site["largest"] == 24 && stack.find("nodes(benchmark::State&)") != std::string::npos) {
      nodes += site["allocations"].get<uint64_t>();
    }
  }
  EXPECT_EQ(strings, 1000U);
  EXPECT_EQ(nodes, 5000U);
  EXPECT_GE(measured.total("allocations"), 6000U);
}

TEST_F(GoogleBenchmark, BehindAWrapperItsBenchmarksAreNoOperationsAndANoteSaysSo) {
  const Ended ended = mallocop(
      {"run", "-o", trace(), "--format", "json", "--", "env", "A=1", program("gbench"), "--benchmark_filter=nodes"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  const size_t begin = ended.err.find('{');  // behind what the host writes there
  ASSERT_NE(begin, std::string::npos);
  const Json report = Json::parse(ended.err.substr(begin), nullptr, false);
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report["operations"].size(), 0U);
  EXPECT_THAT(report["measurement"]["notes"].dump(),
              testing::HasSubstr("benchmarks are not told apart: they were looked for in /usr/bin/env"));
}

// One of the programs made of gbench_all.cpp.
class Benchmarks : public Integration, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program(GetParam()))) GTEST_SKIP() << "its library was not there at build time";
  }
  Command command(std::vector<std::string> flags = {}) const {
    Command command = {.words = {program(GetParam()), "--benchmark_min_time=0.002"}};
    for (std::string& flag : flags) command.words.push_back(std::move(flag));
    return command;
  }
  // Allocations of every iteration: what the name says, or nothing for one whose iterations differ.
  static std::optional<uint64_t> expected(const std::string& name) {
    std::smatch found;
    if (std::regex_search(name, found, std::regex("<([0-9]+)>"))) return std::stoull(found[1]);
    if (std::regex_search(name, found, std::regex("_([0-9]+)(/|$)"))) return std::stoull(found[1]);
    if (std::regex_search(name, found, std::regex("^BM_(?:args|range|complexity)/([0-9]+)$")))
      return std::stoull(found[1]);
    return std::nullopt;
  }
  static void expect_exact(const Measured& measured) {
    for (const Json& operation : measured.report["operations"]) {
      const std::string name = operation["name"];
      SCOPED_TRACE(name);
      EXPECT_EQ(operation["source"], "google-benchmark");
      EXPECT_TRUE(operation["latency_ns"].is_null());
      EXPECT_TRUE(operation["throughput_per_s"].is_null());
      const Json& mean = operation["allocations"]["per_op"]["mean"];
      ASSERT_EQ(mean["den"], operation["count"]);
      const uint64_t count = operation["count"];
      if (const std::optional<uint64_t> each = expected(name)) {
        EXPECT_EQ(mean["num"], *each * count);
        EXPECT_EQ(operation["bytes"]["total"], 40 * *each * count);
        EXPECT_EQ(operation["frees"]["total"], *each * count);
      } else {
        EXPECT_EQ(name, "BM_every_eighth/iterations:800");
        EXPECT_EQ(mean["num"], 100);
      }
    }
  }
  // The output that Google Benchmark wrote to the file.
  Json output(const std::string& name) const { return Json::parse(read(name)); }
};

const std::vector<std::string> kNames = {
    "BM_args/0",
    "BM_args/1",
    "BM_args/3",
    "BM_complexity/1",
    "BM_complexity/2",
    "BM_every_eighth/iterations:800",
    "BM_keep_running_1",
    "BM_keep_running_batch_1",
    "BM_label_1",
    "BM_manual_1/manual_time",
    "BM_pauses_2/iterations:1000",
    "BM_range/16",
    "BM_range/4",
    "BM_range/8",
    "BM_real_threads_2/real_time/threads:1",
    "BM_real_threads_2/real_time/threads:2",
    "BM_repetitions_1/repeats:3",
    "BM_template<2>",
    "BM_threads_2/iterations:500/threads:8",
    "Fixture/method_3",
    "registered/lambda_4",
};

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

TEST_P(Benchmarks, EveryOneIsExact) {
  const Measured measured = measure(command(), With::kLauncher);
  ASSERT_EQ(measured.host.status, 0) << measured.host.err;
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_EQ(sorted(measured.operation_names()), kNames);
  expect_exact(measured);
  EXPECT_EQ(measured.operation("BM_pauses_2/iterations:1000")["count"], 1000);
  EXPECT_EQ(measured.operation("BM_threads_2/iterations:500/threads:8")["count"], 4000);
  for (const Json& operation : measured.report["operations"]) {
    EXPECT_GT(operation["harness_time_ns"]["cpu"].get<double>(), 0) << operation["name"];
  }
  const std::string notes = measured.report["measurement"]["notes"].dump();
  EXPECT_THAT(notes, testing::HasSubstr("this is wrong"));
  EXPECT_THAT(notes, testing::HasSubstr("nothing to do"));
  EXPECT_THAT(files(), testing::ElementsAre("t.mcop"));  // its output is in the trace
}

// What the harness does around the iterations is outside: no site of a benchmark has a frame of it further in than the
// benchmark's own function.
TEST_P(Benchmarks, NothingOfTheHarnessIsTheirs) {
  const Measured measured = measure(command(), With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  size_t sites = 0;
  for (const Json& site : measured.report["sites"]) {
    if (site["operation"].is_null()) continue;
    ++sites;
    for (const Json& frame : site["stack"]) {
      const std::string function = frame["function"].is_null() ? "" : frame["function"].get<std::string>();
      if (function.find("benchmark::State&") != std::string::npos) break;
      EXPECT_NE(function.rfind("benchmark::", 0), 0U) << site["operation"] << ": " << function;
    }
  }
  EXPECT_GT(sites, 10U);
}

TEST_P(Benchmarks, FlagsOfItsOwnWork) {
  const Measured measured =
      measure(command({"--benchmark_filter=BM_args|method", "--benchmark_repetitions=3"}), With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_EQ(sorted(measured.operation_names()),
            (std::vector<std::string>{"BM_args/0", "BM_args/1", "BM_args/3", "Fixture/method_3"}));
  expect_exact(measured);
}

TEST_P(Benchmarks, AggregatesAloneAreEnough) {
  const Measured measured = measure(
      command({"--benchmark_filter=BM_args", "--benchmark_repetitions=2", "--benchmark_report_aggregates_only=true"}),
      With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_EQ(measured.operation_names().size(), 3U);
  expect_exact(measured);
}

TEST_P(Benchmarks, RandomInterleavingIsExactToo) {
  const Measured measured = measure(command({"--benchmark_filter=BM_(args|range)/", "--benchmark_repetitions=3",
                                             "--benchmark_enable_random_interleaving=true"}),
                                    With::kLauncher);
  if (measured.valid()) {
    EXPECT_EQ(measured.operation_names().size(), 6U);
    expect_exact(measured);
  } else {  // two benchmarks may come to the same number of iterations
    EXPECT_THAT(measured.report["measurement"]["reasons"].dump(), testing::HasSubstr("interleaving"));
  }
}

TEST_P(Benchmarks, AWarmUpIsNoMeasurement) {
  const Measured measured = measure(
      command({"--benchmark_filter=BM_(args|keep|manual)", "--benchmark_min_warmup_time=0.001"}), With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_EQ(measured.operation_names().size(), 6U);
  expect_exact(measured);
}

// The user's own file is where he wants it, and says the same.
TEST_P(Benchmarks, AnOutputThatTheUserAskedForIsHis) {
  const Measured measured =
      measure(command({"--benchmark_filter=BM_args", "--benchmark_out=mine.json"}), With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  expect_exact(measured);
  const Json mine = output("mine.json");
  ASSERT_EQ(mine["benchmarks"].size(), 3U);
  for (const Json& benchmark : mine["benchmarks"]) {
    const Json& operation = measured.operation(benchmark["name"]);
    EXPECT_EQ(operation["count"], benchmark["iterations"]);
    EXPECT_DOUBLE_EQ(operation["harness_time_ns"]["real"].get<double>(), benchmark["real_time"].get<double>());
    EXPECT_DOUBLE_EQ(operation["harness_time_ns"]["cpu"].get<double>(), benchmark["cpu_time"].get<double>());
  }
}

// Without the names, benchmarks are called after their functions, and calibration cannot be told from the rest.
TEST_P(Benchmarks, AnotherFormatHasNoNames) {
  const Measured measured =
      measure(command({"--benchmark_filter=Fixture", "--benchmark_out=mine.csv", "--benchmark_out_format=csv"}),
              With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_THAT(measured.report["measurement"]["notes"].dump(), testing::HasSubstr("named by the function"));
  ASSERT_EQ(measured.operation_names().size(), 1U);
  const Json& operation = measured.report["operations"][0];
  EXPECT_EQ(operation["allocations"]["per_op"]["mean"]["num"], 3 * operation["count"].get<uint64_t>());
}

TEST_P(Benchmarks, TheLauncherSaysWhyThereAreNoNames) {
  std::vector<std::string> words = {"run", "-o", trace(), "--"};
  const Command benchmarks = command({"--benchmark_filter=BM_pauses", "--benchmark_out_format=console"});
  words.insert(words.end(), benchmarks.words.begin(), benchmarks.words.end());
  const Ended ended = mallocop(words);
  EXPECT_EQ(ended.status, 0);
  const std::string text = std::regex_replace(ended.err, std::regex("\\s+"), " ");
  EXPECT_THAT(text, testing::HasSubstr("Google Benchmark's output is 'console', and only json has them"));
}

// Google Benchmark's own count, where it has one.
TEST_P(Benchmarks, AgreeWithItsMemoryManager) {
  Command manager = command({"--benchmark_out=mine.json"});
  manager.environment = {{"GBENCH_MEMORY_MANAGER", "1"}};
  const Measured measured = measure(manager, With::kLauncher);
  ASSERT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_EQ(sorted(measured.operation_names()), kNames);
  expect_exact(measured);
  size_t compared = 0;
  const Json mine = output("mine.json");
  for (const Json& benchmark : mine["benchmarks"]) {
    const std::string name = benchmark["run_name"];
    // It counts set-up, what is paused, and every eighth iteration of sixteen.
    if (!benchmark.contains("allocs_per_iter") ||
        !std::regex_search(name, std::regex("keep_running_1|template|registered|label"))) {
      continue;
    }
    const Json& mean = measured.operation(name)["allocations"]["per_op"]["mean"];
    EXPECT_DOUBLE_EQ(mean["value"].get<double>(), benchmark["allocs_per_iter"].get<double>()) << name;
    ++compared;
  }
  EXPECT_GE(compared, 4U);
}

TEST_P(Benchmarks, NothingIsWrittenWhereNoneRuns) {
  const Measured measured = measure(command({"--benchmark_list_tests"}), With::kLauncher);
  EXPECT_TRUE(measured.valid()) << measured.report["measurement"].dump();
  EXPECT_TRUE(measured.operation_names().empty());
  EXPECT_THAT(measured.host.err, testing::Not(testing::HasSubstr("Google Benchmark")));
}

INSTANTIATE_TEST_SUITE_P(Builds, Benchmarks, testing::Values("gbench_all", "gbench_all_O0", "gbench_all_static"),
                         [](const auto& build) { return std::string(build.param); });

}  // namespace
}  // namespace mallocop::test
