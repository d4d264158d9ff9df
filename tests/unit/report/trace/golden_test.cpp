// Traces that earlier versions wrote must be read the same for ever: tests/golden holds them, this test their totals.
//
// A layout change adds a golden trace; it never changes one. To make the files of a new version, run this test with
// MALLOCOP_WRITE_GOLDEN=1 once: it writes those that are missing and touches no others.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "report/harness/name_batches.h"
#include "report/trace/function_frames.h"
#include "report/trace/load_profile.h"
#include "tests/unit/report/trace/sample_trace.h"

namespace mallocop::report {
namespace {

std::string golden(const std::string& name) { return std::string(MALLOCOP_GOLDEN_FOLDER) + "/" + name; }

test::TraceBuilder growth_trace() {
  test::ThreadEvents thread(1);
  test::TraceBuilder trace;
  trace.process({"./growth"}).simple_stacks(2).operation(1, "push");
  uint64_t block = 0;
  for (uint64_t call = 1; call <= 3000; ++call) {
    thread.begin(1, 1000 + call * 10);
    if ((call & (call - 1)) == 0) {
      const uint64_t next = 0x100000 + call * 0x100;
      block == 0 ? thread.alloc(next, call * 8, 2) : thread.realloc(block, next, call * 8, 2);
      block = next;
    }
    thread.end(1005 + call * 10);
    if (call % 1000 == 0) trace.window(thread.fold(1010 + call * 10));
  }
  return trace.end(40000);
}

// What version 2 added: functions with their code and call sites, batches with the harness's output, coroutines, and
// what other threads allocated.
test::TraceBuilder operations_trace() {
  constexpr trace::OperationId kMark = 1, kFunction = 2, kBatch = 3;
  // main, the function below it, and the function below itself.
  constexpr trace::StackNode kNodes[] = {{0x1000, 0, 0, 0}, {0x2010, 2, 0, 0}, {0x2010, 3, 0, 0}};
  constexpr trace::StackId kMain = 2, kInFunction = 3, kInItself = 4;
  constexpr trace::FunctionRecord kCode = {.operation = kFunction, .begin = 0x2000, .end = 0x2100};
  TraceContents known;
  known.functions = {kCode};
  known.nodes = {{2, kNodes[0]}, {3, kNodes[1]}, {4, kNodes[2]}};
  const FunctionFrames functions(known);

  test::ThreadEvents thread(1);
  // A function: 1,000 calls without an allocation, one with two, in which it calls itself and allocates one.
  thread.enter(kFunction, 0x7000, 1000).enter(kFunction, 0x7000).pair(0x20000, 32, kInFunction);
  thread.enter(kFunction, 0x6f00, 1, 1).pair(0x20000, 8, kInItself).pair(0x20000, 32, kInFunction);
  // Two coroutines with a call each; a call in which other threads allocated 5 blocks of 100 bytes in all.
  thread.begin(kMark, 1100).switch_to(0x5000).begin(kMark, 1110).pair(0x20000, 16, kMain);
  thread.end(1150).switch_to(0).pair(0x20000, 64, kMain);
  thread.event(trace::Event::make(trace::EventKind::kOthers, 5, 100)).end(1200);
  const test::Bytes first = thread.fold(1500, functions.view());
  // A batch of 10 iterations.
  thread.begin(kBatch, 1600);
  for (int iteration = 0; iteration < 10; ++iteration) thread.pair(0x20000, 40, kMain);
  thread.end(1900, 10);

  test::TraceBuilder trace;
  trace.process({"./operations"})
      .module({0, 0x0, 0x1000, 0x100000, "/usr/bin/operations", "0123456789"})
      .frames(trace::kFirstStack, kNodes)
      .operation(kMark, "call")
      .operation(kFunction, "ns::function", trace::OperationSource::kFunction)
      .function(kCode)
      .call_site({.operation = kFunction, .return_address = 0x1000})
      .window(first)
      .operation(kBatch, "1", trace::OperationSource::kGoogleBenchmark)
      .batch({kBatch, 1, 10, 1600, 1900, 0x1000})
      .window(thread.fold(2000, functions.view()))
      .end(2000);
  return trace.harness(trace::kGoogleBenchmarkJson,
                       R"({"benchmarks":[{"run_name":"BM_batch/8","family_index":0,"run_type":"iteration",)"
                       R"("repetitions":1,"repetition_index":0,"threads":1,"iterations":10,"real_time":60,)"
                       R"("cpu_time":50,"time_unit":"ns"}],"context":{"random_interleaving":false}})");
}

// What version 3 added: pairs in the list of blocks.
test::TraceBuilder pairs_trace() {
  test::ThreadEvents thread(1);
  thread.alloc(0x10000, 100, 2).alloc(0x20000, 1000, 2).alloc(0x30000, 5000, 3).free(0x20000).free(0x30000);
  thread.pair(0x20000, 800, 2).pair(0x30000, 10, 3);
  test::TraceBuilder trace;
  return trace.process({"./pairs"}).simple_stacks(2).window(thread.fold(2000)).end(2000);
}

// What version 4 added: whose blocks are of calls in parts, and when such calls end.
test::TraceBuilder parts_trace() {
  test::ThreadEvents thread(1);
  test::TraceBuilder trace;
  trace.process({"./parts"}).simple_stacks(2).operation(1, "load");
  thread.begin(1, 1100).alloc(0x10000, 1000, 2).alloc(0x20000, 100, 2);
  trace.window(thread.fold(2000));
  thread.free(0x10000).alloc(0x30000, 500, 3).end(2500).free(0x20000);
  return trace.window(thread.fold(3000)).end(3000);
}

class Golden : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::getenv("MALLOCOP_WRITE_GOLDEN") == nullptr) return;
    if (!std::filesystem::exists(golden("v1-sample.mcop"))) test::sample_trace().write(golden("v1-sample.mcop"));
    if (!std::filesystem::exists(golden("v1-growth.mcop"))) growth_trace().write(golden("v1-growth.mcop"));
    if (!std::filesystem::exists(golden("v2-operations.mcop"))) operations_trace().write(golden("v2-operations.mcop"));
    if (!std::filesystem::exists(golden("v3-pairs.mcop"))) pairs_trace().write(golden("v3-pairs.mcop"));
    if (!std::filesystem::exists(golden("v4-parts.mcop"))) parts_trace().write(golden("v4-parts.mcop"));
  }
};

TEST_F(Golden, Version1SampleOfEveryKindOfRecord) {
  const LoadedTrace loaded = load_trace(golden("v1-sample.mcop"), {});
  const Profile& profile = loaded.profile;
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.measurement.events, 17U);
  EXPECT_EQ(profile.measurement.threads, 2U);
  EXPECT_EQ(profile.totals.allocations, 6U);
  EXPECT_EQ(profile.totals.bytes, 1000 + 32 + 8 + (uint64_t{5} << 32) + 64 + 16);
  EXPECT_EQ(profile.totals.frees, 5U);
  EXPECT_EQ(profile.totals.temporary, 3U);
  EXPECT_EQ(profile.totals.leaked_allocations, 2U);
  EXPECT_EQ(profile.totals.leaked_bytes, (uint64_t{5} << 32) + 16);
  EXPECT_EQ(profile.totals.live_allocations_unknown, 1U);  // 0x40000, reallocated by the worker
  EXPECT_EQ(profile.measurement.allocations_with_truncated_stack, 1U);
  ASSERT_EQ(profile.operations.size(), 2U);
  EXPECT_EQ(profile.operations[0].name, "parse");
  EXPECT_EQ(profile.operations[0].count, 2U);
  EXPECT_EQ(profile.operations[0].allocations.total, 3U);
  EXPECT_EQ(profile.operations[0].bytes.max, (Rational{72, 1}));
  EXPECT_EQ(profile.operations[1].name, "send");
  EXPECT_EQ(profile.operations[1].count, 10U);
  EXPECT_EQ(profile.operations[1].allocations.mean, (Rational{1, 10}));
  EXPECT_EQ(profile.sites.size(), 3U);
  ASSERT_EQ(loaded.modules.size(), 1U);
  EXPECT_EQ(loaded.modules[0].path, "/usr/bin/sample");
  EXPECT_EQ(loaded.modules[0].bias, 0x400000U);
}

TEST_F(Golden, Version1Growth) {
  const Profile profile = load_trace(golden("v1-growth.mcop"), {}).profile;
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.allocations, 12U);
  EXPECT_EQ(profile.totals.frees, 11U);
  EXPECT_EQ(profile.totals.bytes, 8U * 4095);
  EXPECT_EQ(profile.totals.leaked_bytes, 8U * 2048);
  EXPECT_EQ(profile.totals.peak_bytes, 8U * 2048);
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 3000U);
  EXPECT_EQ(profile.operations[0].allocations.mean.num, 12U);
  EXPECT_EQ(profile.operations[0].allocations.mean.den, 3000U);
  ASSERT_TRUE(profile.operations[0].latency);
  EXPECT_DOUBLE_EQ(profile.operations[0].latency->p99_ns, 10);
  ASSERT_EQ(profile.sites.size(), 1U);
  EXPECT_EQ(profile.sites[0].calls, 12U);
  EXPECT_EQ(profile.sites[0].reallocations, 11U);
  EXPECT_EQ(profile.sites[0].pattern, Pattern::kAmortisedGrowth);
}

const Operation& operation(const Profile& profile, const std::string& name) {
  static const Operation kNone;
  for (const Operation& one : profile.operations)
    if (one.name == name) return one;
  ADD_FAILURE() << "no operation " << name;
  return kNone;
}

TEST_F(Golden, Version3ListedPairs) {
  const Profile profile = load_trace(golden("v3-pairs.mcop"), {}).profile;
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.allocations, 5U);
  EXPECT_EQ(profile.totals.frees, 4U);
  EXPECT_EQ(profile.totals.peak_bytes, 6100U);
  EXPECT_EQ(profile.memory.peak_short_lived_bytes, 0U);
  ASSERT_EQ(profile.sites.size(), 2U);
  EXPECT_EQ(profile.sites[0].allocations, 3U);
  EXPECT_EQ(profile.sites[0].peak_bytes, 1100U);
  EXPECT_EQ(profile.sites[1].peak_bytes, 5000U);
  EXPECT_EQ(profile.totals.leaked_bytes, 100U);
}

TEST_F(Golden, Version4CallsInParts) {
  const Profile profile = load_trace(golden("v4-parts.mcop"), {}).profile;
  EXPECT_TRUE(profile.measurement.valid);
  const Operation& load = operation(profile, "load");
  EXPECT_EQ(load.count, 1U);
  EXPECT_EQ(load.allocations.total, 3U);
  EXPECT_EQ(load.frees.total, 1U);
  EXPECT_EQ(load.peak.total, 1100U);
  EXPECT_EQ(load.net.total, 600U);
  EXPECT_EQ(profile.totals.leaked_bytes, 500U);
}

TEST_F(Golden, Version2OperationsOfEverySource) {
  LoadOptions options;
  options.name_batches = [](const TraceContents& contents, std::optional<double> nanoseconds_per_tick) {
    return name_batches(contents, nanoseconds_per_tick, [](const auto& addresses, const TraceContents&) {
      return std::vector<std::string>(addresses.size());
    });
  };
  const Profile profile = load_trace(golden("v2-operations.mcop"), options).profile;
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.allocations, 15U);
  EXPECT_EQ(profile.totals.bytes, 32U + 8 + 32 + 16 + 64 + 400);
  EXPECT_EQ(profile.totals.frees, 15U);
  EXPECT_EQ(profile.totals.leaked_allocations, 0U);
  ASSERT_EQ(profile.operations.size(), 3U);

  const Operation& function = operation(profile, "ns::function");
  EXPECT_EQ(function.source, "function");
  EXPECT_EQ(function.count, 1002U);
  EXPECT_EQ(function.allocations.total, 3U);
  EXPECT_EQ(function.allocations.max, (Rational{2, 1}));
  EXPECT_EQ(function.allocations.share, (Rational{2, 1002}));
  EXPECT_EQ(function.bytes.total, 72U);
  EXPECT_FALSE(function.latency);

  const Operation& call = operation(profile, "call");
  EXPECT_EQ(call.source, "mark");
  EXPECT_EQ(call.count, 2U);
  EXPECT_EQ(call.allocations.total, 7U);
  EXPECT_EQ(call.allocations.min, (Rational{1, 1}));
  EXPECT_EQ(call.allocations.max, (Rational{6, 1}));
  EXPECT_EQ(call.bytes.total, 180U);
  ASSERT_TRUE(call.latency);

  const Operation& batch = operation(profile, "BM_batch/8");
  EXPECT_EQ(batch.source, "google-benchmark");
  EXPECT_EQ(batch.count, 10U);
  EXPECT_EQ(batch.allocations.mean, (Rational{1, 1}));
  EXPECT_EQ(batch.bytes.total, 400U);
  ASSERT_TRUE(batch.harness_time);
  EXPECT_EQ(batch.harness_time->real_ns, 60);
  EXPECT_EQ(batch.harness_time->cpu_ns, 50);
}

}  // namespace
}  // namespace mallocop::report
