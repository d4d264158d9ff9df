// The same work, of which it is known what each call allocates, measured in every way that there is: all must say what
// is known, and so the same. The work and its figures are in tests/programs/ways.h.
//
//   way                          calls are       count, total, mean   min, p50, p99, max, share   pattern of a site
//   mark                         calls           yes                  yes                         over the calls
//   function, --op               calls           yes, but no frees    yes                         over the calls
//   mark of a batch, end_n       rounds          yes                  between batches             over the rounds
//   Google Benchmark             rounds          yes                  between batches             over the rounds
//   its MemoryManager            rounds          mean of 16 rounds    no                          no
//   Tally, checks of gtest.hpp   a block         total                no                          no
//   mark, scope = "process"      the call of     yes, of all          between such calls          no
//                                one thread      threads together
//   mark in Rust                 as a mark in C++; only without a vector's growth, which is another in Rust
//
// A round is what a loop repeats; it is a call but where a call calls itself.
#include "tests/programs/ways.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

constexpr uint64_t kManyThreads = 8;

// Equal as fractions.
void expect_quotient(const Json& actual, uint64_t num, uint64_t den) {
  EXPECT_EQ(actual["num"].get<uint64_t>() * den, actual["den"].get<uint64_t>() * num)
      << actual << " is not " << num << " / " << den;
}

class Ways : public Integration {
 protected:
  void SetUp() override {
    for (const std::string& name : {path_, std::string(mallocop_program())})
      if (!name.empty() && !std::filesystem::exists(name)) GTEST_SKIP() << name << " was not built";
  }
  // `mallocop run` of a command, and its report.
  Measured run(std::vector<std::string> words, const std::vector<std::string>& options = {}) const {
    std::vector<std::string> all = {"run", "--quiet", "-o", trace()};
    all.insert(all.end(), options.begin(), options.end());
    all.emplace_back("--");
    all.insert(all.end(), words.begin(), words.end());
    std::filesystem::remove(trace());
    const Measured measured = report_of(mallocop(all));
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_TRUE(measured.valid()) << measured.host.err;
    return measured;
  }
  static void expect_total(const Json& operation, const char* metric, uint64_t total, uint64_t count) {
    SCOPED_TRACE(metric);
    EXPECT_EQ(operation["count"], count);
    EXPECT_EQ(operation[metric]["total"], total);
    expect_quotient(operation[metric]["per_op"]["mean"], total, count);
  }
  // What every way knows of `count` calls or rounds, in so many threads.
  static void expect_totals(const Json& operation, const Kind& kind, uint64_t count, uint64_t threads) {
    ASSERT_FALSE(operation.is_null());
    expect_total(operation, "allocations", kind.allocations * threads, count * threads);
    expect_total(operation, "bytes", kind.bytes * threads, count * threads);
  }
  static void expect_spread(const Json& operation, const Kind& kind) {
    ASSERT_FALSE(operation.is_null());
    const Json& per_op = operation["allocations"]["per_op"];
    EXPECT_EQ(per_op["min"], kind.min);
    EXPECT_EQ(per_op["p50"], kind.p50);
    EXPECT_EQ(per_op["p99"], kind.p99);
    EXPECT_EQ(per_op["max"], kind.max);
    expect_quotient(per_op["share"], kind.calls_with_some, kind.calls);
  }
  // A number, or a quotient where it is none.
  static void expect_most(const Json& operation, uint64_t num, uint64_t den) {
    const Json& per_op = operation["allocations"]["per_op"];
    if (num % den == 0) {
      EXPECT_EQ(per_op["max"], num / den);
    } else {
      expect_quotient(per_op["exact"]["max"], num, den);
    }
  }
  static void expect_pattern(const Measured& measured, const std::string& name, const char* pattern) {
    size_t sites = 0;
    for (const Json& site : measured.report["sites"]) {
      if (site["operation"] != name) continue;
      ++sites;
      EXPECT_EQ(site["pattern"], pattern == nullptr ? "none" : pattern) << site["location"];
    }
    EXPECT_EQ(sites == 0, pattern == nullptr) << sites << " sites";
    EXPECT_EQ(measured.sum_of_sites(name, "allocations"), measured.total_of(name, "allocations"));
  }

  std::string path_;  // of a program that the test cannot do without
};

// Every way that needs nothing but this program, of one compiler at one level.
class WaysOfAProgram : public Ways, public testing::WithParamInterface<const char*> {
 protected:
  WaysOfAProgram() { path_ = program(GetParam()); }

  void expect_calls(const std::string& way, const std::vector<std::string>& options, const std::string& space,
                    uint64_t threads) const {
    SCOPED_TRACE(way + " in " + std::to_string(threads));
    const Measured measured = run({path_, way, std::to_string(threads)}, options);
    for (const Kind& kind : kKinds) {
      SCOPED_TRACE(kind.name);
      const Json& operation = measured.operation(space + kind.name);
      expect_totals(operation, kind, kind.calls, threads);
      expect_spread(operation, kind);
      expect_pattern(measured, space + kind.name, kind.pattern_of_calls);
    }
    EXPECT_EQ(measured.operation_names().size(), std::size(kKinds));
  }
};

TEST_P(WaysOfAProgram, AMarkSeesEachCall) {
  for (const uint64_t threads : {uint64_t{1}, kManyThreads}) expect_calls("marks", {}, "", threads);
}

TEST_P(WaysOfAProgram, AFunctionSeesEachCallOfAProgramWithoutMarks) {
  for (const uint64_t threads : {uint64_t{1}, kManyThreads}) {
    expect_calls("plain", {"--op", "work::*"}, "work::", threads);
  }
}

TEST_P(WaysOfAProgram, ABatchSeesTheRounds) {
  for (const uint64_t threads : {uint64_t{1}, kManyThreads}) {
    const Measured measured = run({path_, "batches", std::to_string(threads)});
    for (const Kind& kind : kKinds) {
      SCOPED_TRACE(kind.name);
      const Json& operation = measured.operation(kind.name);
      expect_totals(operation, kind, kind.rounds, threads);
      expect_pattern(measured, kind.name, kind.pattern_of_rounds);
      if (kind.name == std::string("grows")) {  // to 1, 2, 4 … 128 in the first tenth
        expect_most(operation, 8, 100);
      } else {  // all tenths are alike
        expect_most(operation, kind.allocations, kind.rounds);
      }
    }
  }
}

TEST_P(WaysOfAProgram, ATallySeesTheTotals) {
  std::istringstream said(run({path_, "tally", "1"}).host.out);
  for (const Kind& kind : kKinds) {
    std::string name;
    uint64_t allocations = 0;
    uint64_t bytes = 0;
    uint64_t frees = 0;
    said >> name >> allocations >> bytes >> frees;
    EXPECT_EQ(name, kind.name);
    EXPECT_EQ(allocations, kind.allocations) << name;
    EXPECT_EQ(bytes, kind.bytes) << name;
    EXPECT_EQ(frees, kind.frees) << name;
  }
}

TEST_P(WaysOfAProgram, AMarkOfTheWholeProcessSeesAllThreads) {
  std::string budget;
  for (const Kind& kind : kKinds) {
    budget += std::string("[op.\"") + kind.name +
              "\"]\nscope = \"process\"\nallocs = " + std::to_string(kind.allocations * kManyThreads) + "\n";
  }
  write("mallocop.toml", budget);
  const Measured measured = run({path_, "fan-out", std::to_string(kManyThreads)});
  for (const Kind& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    const Json& operation = measured.operation(kind.name);
    ASSERT_FALSE(operation.is_null());
    expect_total(operation, "allocations", kind.allocations * kManyThreads, 1);
    expect_total(operation, "bytes", kind.bytes * kManyThreads, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Builds, WaysOfAProgram,
                         testing::Values("ways_O0", "ways_O2", "ways_clang_O0", "ways_clang_O2"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(Ways, FreesAreKnownToAMark) {
  const Measured measured = run({program("ways_O2"), "marks", "8"});
  for (const Kind& kind : kKinds) {
    EXPECT_EQ(measured.total_of(kind.name, "frees"), kind.frees * kManyThreads) << kind.name;
  }
}

class WaysOfGoogleBenchmark : public Ways {
 protected:
  WaysOfGoogleBenchmark() { path_ = program("ways_gbench"); }
  static std::string name(const Kind& kind, uint64_t threads) {
    const std::string one = std::string(kind.name) + "/iterations:" + std::to_string(kind.rounds);
    return threads == 1 ? one : one + "/threads:" + std::to_string(threads);
  }
};

TEST_F(WaysOfGoogleBenchmark, ABenchmarkSeesTheRounds) {
  const Measured measured = run({path_});
  for (const Kind& kind : kKinds) {
    for (const uint64_t threads : {uint64_t{1}, kManyThreads}) {
      SCOPED_TRACE(name(kind, threads));
      expect_totals(measured.operation(name(kind, threads)), kind, kind.rounds, threads);
      EXPECT_EQ(measured.total_of(name(kind, threads), "frees"), kind.frees * threads);
      // One of several threads is main's, with a stack of its own: none of both stacks is in every call.
      if (threads == 1) expect_pattern(measured, name(kind, threads), kind.pattern_of_rounds);
    }
  }
}

TEST_F(WaysOfGoogleBenchmark, AFunctionInALoopSeesEachCall) {
  const Measured measured = run({path_}, {"--op", "work::*"});
  for (const Kind& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    // Google Benchmark runs both benchmarks once.
    const Json& operation = measured.operation(std::string("work::") + kind.name);
    expect_totals(operation, kind, kind.calls, 1 + kManyThreads);
    expect_spread(operation, kind);
    for (const uint64_t threads : {uint64_t{1}, kManyThreads}) {
      EXPECT_EQ(measured.total_of(name(kind, threads), "allocations"), 0U) << "they are the function's";
    }
  }
}

// Of 16 rounds, in which the library's own blocks are as many for each benchmark.
TEST_F(WaysOfGoogleBenchmark, ItsMemoryManagerSeesTheMean) {
  const Ended ended = measure({.words = {path_, "--benchmark_format=json", "--benchmark_filter=.*0$"},
                               .environment = {{"WAYS_MEMORY_MANAGER", "1"}}})
                          .host;
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json benchmarks = Json::parse(ended.out)["benchmarks"];
  ASSERT_EQ(benchmarks.size(), std::size(kKinds));
  const double none = benchmarks[0]["allocs_per_iter"];
  for (size_t index = 0; index < std::size(kKinds); ++index) {
    const Kind& kind = kKinds[index];
    if (kind.pattern_of_rounds != nullptr && kind.pattern_of_rounds != std::string("every-op")) continue;
    const double more = benchmarks[index]["allocs_per_iter"].get<double>() - none;
    EXPECT_EQ(more * static_cast<double>(kind.rounds), static_cast<double>(kind.allocations)) << kind.name;
  }
}

TEST_F(Ways, ACheckOfATestSeesTheTotals) {
  const Ended ended = measure({.words = {program("ways_gtest")}}).host;
  EXPECT_EQ(ended.status, 0) << ended.out;
}

TEST_F(Ways, AMarkInRustSeesEachCall) {
  const std::string path = program("ways_rust");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " was not built";
  const Measured measured = run({path});
  for (const Kind& kind : kKinds) {
    if (kind.name == std::string("grows")) continue;
    SCOPED_TRACE(kind.name);
    expect_totals(measured.operation(kind.name), kind, kind.calls, kManyThreads);
    expect_spread(measured.operation(kind.name), kind);
    expect_pattern(measured, kind.name, kind.pattern_of_calls);
  }
}

}  // namespace
}  // namespace mallocop::test
