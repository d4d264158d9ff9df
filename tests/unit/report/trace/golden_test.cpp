// Traces that earlier versions wrote must be read the same for ever: tests/golden holds them, this test their totals.
//
// A layout change adds a golden trace; it never changes one. To make the files of a new version, run this test with
// MALLOCOP_WRITE_GOLDEN=1 once: it writes those that are missing and touches no others.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

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

class Golden : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::getenv("MALLOCOP_WRITE_GOLDEN") == nullptr) return;
    if (!std::filesystem::exists(golden("v1-sample.mcop"))) test::sample_trace().write(golden("v1-sample.mcop"));
    if (!std::filesystem::exists(golden("v1-growth.mcop"))) growth_trace().write(golden("v1-growth.mcop"));
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

}  // namespace
}  // namespace mallocop::report
