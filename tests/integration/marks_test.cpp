// Operations marked in the source: totals, distributions over the calls and patterns of programs whose habits are
// known.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using Words = std::vector<std::string>;

Json quotient(uint64_t num, uint64_t den) {
  return {{"num", num}, {"den", den}, {"value", static_cast<double>(num) / static_cast<double>(den)}};
}

// Equal as fractions.
void expect_quotient(const Json& actual, uint64_t num, uint64_t den) {
  EXPECT_EQ(actual["num"].get<uint64_t>() * den, actual["den"].get<uint64_t>() * num)
      << actual << " is not " << quotient(num, den);
}

struct Spread {
  uint64_t total, min, p50, p99, max, calls_with_some, calls;
};

class Marks : public Integration {
 protected:
  Measured run(const std::string& name, const Words& report_options = {}, const Words& arguments = {}) const {
    Command command = {.words = {program(name)}};
    command.words.insert(command.words.end(), arguments.begin(), arguments.end());
    Measured measured = measure(command);
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    if (!report_options.empty()) {
      std::vector<std::string> words = {"report", "--format", "json", trace()};
      words.insert(words.end(), report_options.begin(), report_options.end());
      measured.report = Json::parse(mallocop(words).out);
    }
    EXPECT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
    return measured;
  }
  static void expect_spread(const Measured& measured, const std::string& name, const char* metric, const Spread& want) {
    SCOPED_TRACE(name + " " + metric);
    const Json& operation = measured.operation(name);
    ASSERT_FALSE(operation.is_null());
    EXPECT_EQ(operation["count"], want.calls);
    EXPECT_EQ(operation["source"], "mark");
    const Json& distribution = operation[metric];
    EXPECT_EQ(distribution["total"], want.total);
    const Json& per_op = distribution["per_op"];
    expect_quotient(per_op["mean"], want.total, want.calls);
    expect_quotient(per_op["share"], want.calls_with_some, want.calls);
    EXPECT_EQ(per_op["min"], want.min);
    EXPECT_EQ(per_op["p50"], want.p50);
    EXPECT_EQ(per_op["p99"], want.p99);
    EXPECT_EQ(per_op["max"], want.max);
  }
  static std::string pattern(const Measured& measured, const std::string& name) {
    const Json& operation = measured.operation(name);
    if (operation.is_null() || operation["sites"].empty()) return "none";
    return measured.report["sites"][operation["sites"][0].get<size_t>()]["pattern"];
  }
};

class MarkPatterns : public Marks, public testing::WithParamInterface<const char*> {};

TEST_P(MarkPatterns, GiveTheirDistributions) {
  const Measured measured = run(GetParam());
  expect_spread(measured, "none", "allocations", {0, 0, 0, 0, 0, 0, 64});
  expect_spread(measured, "one", "allocations", {64, 1, 1, 1, 1, 64, 64});
  expect_spread(measured, "one", "bytes", {6400, 100, 100, 100, 100, 64, 64});
  expect_spread(measured, "one", "frees", {64, 1, 1, 1, 1, 64, 64});
  expect_spread(measured, "one", "temporary", {64, 1, 1, 1, 1, 64, 64});
  expect_spread(measured, "one", "peak", {6400, 100, 100, 100, 100, 64, 64});
  expect_spread(measured, "one", "net", {0, 0, 0, 0, 0, 0, 64});
  expect_spread(measured, "three", "allocations", {192, 3, 3, 3, 3, 64, 64});
  expect_spread(measured, "three", "bytes", {64 * 48, 48, 48, 48, 48, 64, 64});
  expect_spread(measured, "three", "peak", {64 * 24, 24, 24, 24, 24, 64, 64});
  expect_spread(measured, "tenth", "allocations", {30, 0, 0, 5, 5, 6, 64});
  expect_spread(measured, "first", "allocations", {2, 0, 0, 2, 2, 1, 64});
  expect_spread(measured, "first", "bytes", {600, 0, 0, 600, 600, 1, 64});
  // 1, 2, 4 … 64 ints: at the calls 1, 2, 3, 5, 9, 17 and 33.
  expect_spread(measured, "push", "allocations", {7, 0, 0, 1, 1, 7, 64});
  expect_spread(measured, "push", "bytes", {4 * 127, 0, 0, 256, 256, 7, 64});
  expect_spread(measured, "push", "frees", {6, 0, 0, 1, 1, 6, 64});
  expect_spread(measured, "keeps", "net", {64 * 64, 64, 64, 64, 64, 64, 64});
  expect_spread(measured, "keeps", "frees", {0, 0, 0, 0, 0, 0, 64});
}

TEST_P(MarkPatterns, AreRecognised) {
  const Measured measured = run(GetParam());
  EXPECT_EQ(pattern(measured, "none"), "none");
  EXPECT_EQ(pattern(measured, "one"), "every-op");
  EXPECT_EQ(pattern(measured, "three"), "every-op");
  EXPECT_EQ(pattern(measured, "tenth"), "some-ops");
  EXPECT_EQ(pattern(measured, "first"), "first-op-only");
  EXPECT_EQ(pattern(measured, "push"), "amortised-growth");
  EXPECT_EQ(pattern(measured, "keeps"), "every-op");
}

TEST_P(MarkPatterns, LeaveTheWarmUpOut) {
  const Measured measured = run(GetParam(), {"--warmup", "1"});
  expect_spread(measured, "first", "allocations", {0, 0, 0, 0, 0, 0, 63});
  EXPECT_EQ(measured.operation("first")["warmup"], 1);
  expect_spread(measured, "one", "allocations", {63, 1, 1, 1, 1, 63, 63});
  expect_spread(measured, "push", "allocations", {6, 0, 0, 1, 1, 6, 63});
  EXPECT_EQ(measured.total("allocations"), run(GetParam()).total("allocations")) << "the process's totals are whole";
}

INSTANTIATE_TEST_SUITE_P(Levels, MarkPatterns, testing::Values("mark_patterns_O0", "mark_patterns_O2"),
                         [](const auto& one) { return std::string(one.param); });

// The numbers of operations and sites in the document are those of what is left.
TEST_F(Marks, OneOperationAloneHasItsPlan) {
  const Measured whole = run("mark_patterns_O0");
  const Measured one = run("mark_patterns_O0", {"--op", "push"});
  EXPECT_EQ(one.operation_names(), Words{"push"});
  Words expected;
  for (const Json& item : whole.report["plan"])
    if (item["expected"][0]["operation"] == "push") expected.push_back(item["change"]);
  Words changes;
  for (const Json& item : one.report["plan"]) {
    EXPECT_EQ(item["expected"][0]["operation"], "push");
    EXPECT_LT(item["sites"].back(), one.report["sites"].size());
    changes.push_back(item["change"]);
  }
  EXPECT_FALSE(changes.empty());
  EXPECT_EQ(changes, expected);
}

TEST_F(Marks, NestAndAreChargedToTheInnermost) {
  const Measured measured = run("mark_nested");
  constexpr uint64_t kRounds = 8 * 200;
  expect_spread(measured, "outer", "allocations", {2 * kRounds, 2, 2, 2, 2, kRounds, kRounds});
  expect_spread(measured, "outer", "bytes", {20 * kRounds, 20, 20, 20, 20, kRounds, kRounds});
  expect_spread(measured, "middle", "allocations", {2 * kRounds, 2, 2, 2, 2, kRounds, kRounds});
  expect_spread(measured, "inner", "allocations", {3 * kRounds, 1, 1, 1, 1, 3 * kRounds, 3 * kRounds});
  expect_spread(measured, "after", "bytes", {60 * kRounds, 60, 60, 60, 60, kRounds, kRounds});
  // Its own block and the exception's.
  expect_spread(measured, "throws", "allocations", {2 * kRounds, 2, 2, 2, 2, kRounds, kRounds});
}

TEST_F(Marks, ABatchIsSharedByItsRepetitions) {
  const Measured measured = run("mark_batches");
  const Json& batch = measured.operation("batch");
  EXPECT_EQ(batch["count"], 100);
  EXPECT_EQ(batch["allocations"]["total"], 45);
  const Json& per_op = batch["allocations"]["per_op"];
  expect_quotient(per_op["mean"], 45, 100);
  EXPECT_EQ(per_op["min"], 0);
  expect_quotient(per_op["exact"]["p50"], 4, 10);
  expect_quotient(per_op["exact"]["p99"], 9, 10);
  expect_quotient(per_op["exact"]["max"], 9, 10);
  expect_quotient(per_op["share"], 90, 100);
  expect_spread(measured, "whole", "allocations", {2000, 2, 2, 2, 2, 1000, 1000});
  expect_spread(measured, "whole", "bytes", {140000, 140, 140, 140, 140, 1000, 1000});
  expect_spread(measured, "single", "allocations", {3, 3, 3, 3, 3, 1, 1});
}

// Such a call is in several windows of its thread, and most of its blocks outlive the window that they were made in.
TEST_F(Marks, ALargeCallKnowsWhatItStillHolds) {
  for (const uint64_t threads : {1U, 4U}) {
    const Measured measured = run("mark_large_calls", {}, {std::to_string(threads)});
    const uint64_t calls = 5 * threads;
    expect_spread(measured, "builds", "allocations", {20'000 * calls, 20'000, 20'000, 20'000, 20'000, calls, calls});
    expect_spread(measured, "builds", "peak", {960'000 * calls, 960'000, 960'000, 960'000, 960'000, calls, calls});
    expect_spread(measured, "builds", "net", {0, 0, 0, 0, 0, 0, calls});
    expect_spread(measured, "keeps", "net", {32'000 * calls, 32'000, 32'000, 32'000, 32'000, calls, calls});
    expect_spread(measured, "frees_kept", "frees", {1000 * calls, 1000, 1000, 1000, 1000, calls, calls});
    expect_spread(measured, "frees_kept", "net", {0, 0, 0, 0, 0, 0, calls});
    expect_spread(measured, "queues", "net", {0, 0, 0, 0, 0, 0, calls});
    const Json& peak = measured.operation("queues")["peak"]["per_op"];
    EXPECT_GE(peak["min"], 64'000);
    EXPECT_LE(peak["max"], 64'064);
  }
}

TEST_F(Marks, CoroutinesOfAThreadHaveCallsOfTheirOwn) {
  const Measured measured = run("mark_coroutines");
  expect_spread(measured, "reader", "allocations", {3000, 3, 3, 3, 3, 1000, 1000});
  expect_spread(measured, "reader", "bytes", {30000, 30, 30, 30, 30, 1000, 1000});
  expect_spread(measured, "writer", "allocations", {4000, 4, 4, 4, 4, 1000, 1000});
  expect_spread(measured, "writer", "bytes", {80000, 80, 80, 80, 80, 1000, 1000});
}

TEST_F(Marks, AThreadThatEndsEndsItsCalls) {
  const Measured measured = run("mark_coroutines");
  expect_spread(measured, "outer", "allocations", {10, 1, 1, 1, 1, 10, 10});
  expect_spread(measured, "inner", "bytes", {500, 50, 50, 50, 50, 10, 10});
}

TEST_F(Marks, AnOperationThatFansOutCanCountTheOtherThreads) {
  write("mallocop.toml", "[op.\"batch\"]\nscope = \"process\"\nallocs = 22\nbytes = 2020\n");
  const Words run = {"run", "-o", trace(), "--format", "json", "--", program("mark_fan_out")};
  const Ended ended = mallocop(run);
  EXPECT_EQ(ended.status, 0) << ended.err;
  Measured measured;
  measured.report = Json::parse(ended.err);
  expect_spread(measured, "batch", "allocations", {1100, 22, 22, 22, 22, 50, 50});
  expect_spread(measured, "batch", "bytes", {101000, 2020, 2020, 2020, 2020, 50, 50});
  EXPECT_EQ(measured.operation("batch")["scope"], "process");
  EXPECT_EQ(measured.sum_of_sites("batch", "allocations"), 100U) << "its own";

  write("mallocop.toml", "[op.\"batch\"]\nscope = \"process\"\nallocs = 21\n");
  EXPECT_EQ(mallocop(run).status, 3);
}

TEST_F(Marks, OneThreadsFiguresDoNotPassForThoseOfAll) {
  EXPECT_EQ(mallocop({"run", "-o", trace(), "--", program("mark_fan_out")}).status, 0);
  write("mallocop.toml", "[op.\"batch\"]\nscope = \"process\"\nallocs = 100\n");
  const Ended checked = mallocop({"check", trace()});
  EXPECT_EQ(checked.status, 6);
  EXPECT_NE(checked.out.find("measured without the other threads"), std::string::npos) << checked.out;
  write("mallocop.toml", "[op.\"batch\"]\nallocs = 2\nbytes = 20\n");
  EXPECT_EQ(mallocop({"check", trace()}).status, 0);
}

}  // namespace
}  // namespace mallocop::test
