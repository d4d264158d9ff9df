// Time that does not go forward: the wall clock is never used for a duration, and a clock that steps back gives no
// duration, not a wrong one.
#include "report/trace/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "report/trace/load_profile.h"
#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using test::Bytes;
using test::TemporaryFolder;
using test::ThreadEvents;
using test::TraceBuilder;

class ClockTest : public ::testing::Test {
 protected:
  // One thread, two windows that end at these moments (nanoseconds), and the end record of a third.
  Profile load(uint64_t first, uint64_t second, uint64_t end) {
    TraceBuilder builder;
    builder.process().simple_stacks(1).operation(1, "parse");
    ThreadEvents thread(1);
    uint64_t ticks = 2000;
    for (const uint64_t nanoseconds : {first, second}) {
      thread.begin(1, ticks - 500).pair(0x1000, 10, 2).end(ticks - 100);
      auto window = trace::decode_window(thread.fold(ticks));
      window->end_nanoseconds = nanoseconds;
      builder.window(*window);
      ticks += 1000;
    }
    trace::EndRecord record{.windows = 2, .events = 8, .threads = 1, .end_ticks = ticks, .end_nanoseconds = end};
    uint8_t payload[128];
    trace::ByteWriter out(payload, sizeof payload);
    trace::encode_end(out, record);
    builder.record(trace::RecordType::kEnd, {payload, out.size()});
    return load_trace(builder.write(folder_.file("t.mcop")), {}).profile;
  }
  static const Operation& parse(const Profile& profile) { return profile.operations.at(0); }

  TemporaryFolder folder_;
};

TEST_F(ClockTest, ThatGoesForwardGivesDurations) {
  const Profile profile = load(7000, 9000, 11000);
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_DOUBLE_EQ(profile.duration_s, 6e-6);
  ASSERT_TRUE(parse(profile).latency);
  EXPECT_DOUBLE_EQ(parse(profile).latency->max_ns, 800);  // 400 ticks of 2 ns
}

TEST_F(ClockTest, ThatSteppedBackBeforeItsStartGivesNone) {
  const Profile profile = load(7000, 4000, 3000);
  EXPECT_EQ(profile.duration_s, 0);
  EXPECT_FALSE(parse(profile).latency);
  EXPECT_EQ(parse(profile).count, 2U) << "calls are counted all the same";
  EXPECT_EQ(profile.totals.allocations, 2U);
  EXPECT_EQ(profile.totals.frees, 2U);
}

TEST_F(ClockTest, ThatSteppedBackOnTheWayNeverGivesANegativeOne) {
  for (const uint64_t end : {uint64_t{0}, uint64_t{1}, uint64_t{5000}, uint64_t{5001}, uint64_t{8000}, ~uint64_t{0}}) {
    const Profile profile = load(9000, 6000, end);
    EXPECT_GE(profile.duration_s, 0) << end;
    if (!parse(profile).latency) continue;
    EXPECT_TRUE(std::isfinite(parse(profile).latency->max_ns)) << end;
    EXPECT_GE(parse(profile).latency->min_ns, 0) << end;
    EXPECT_TRUE(std::isfinite(parse(profile).latency->throughput_per_s)) << end;
  }
}

// Order is that of events and windows, whatever time they claim.
TEST_F(ClockTest, DecidesNoOrder) {
  ThreadEvents thread(1, 9000);
  thread.alloc(0x1000, 100, 2);
  const Bytes first = thread.fold(5000);
  thread.free(0x1000).alloc(0x1000, 50, 2);
  const Bytes second = thread.fold(3000);
  TraceBuilder builder;
  builder.process().simple_stacks(1).window(first).window(second).end(1000);
  const Profile profile = load_trace(builder.write(folder_.file("t.mcop")), {}).profile;
  EXPECT_TRUE(profile.measurement.valid) << testing::PrintToString(profile.measurement.reasons);
  EXPECT_EQ(profile.totals.peak_bytes, 100U);
  EXPECT_EQ(profile.totals.leaked_bytes, 50U);
  EXPECT_EQ(profile.totals.live_allocations_unknown, 0U);
}

TEST(NanosecondsPerTick, AreUnknownUnlessBothClocksWentForward) {
  const Moment start{1000, 5000};
  EXPECT_EQ(nanoseconds_per_tick(start, Moment{2000, 7000}), 2.0);
  for (const Moment end : {Moment{1000, 7000}, Moment{999, 7000}, Moment{2000, 5000}, Moment{2000, 4999}}) {
    EXPECT_FALSE(nanoseconds_per_tick(start, end)) << end.ticks << " " << end.nanoseconds;
  }
  EXPECT_FALSE(nanoseconds_per_tick(std::nullopt, start));
  EXPECT_FALSE(nanoseconds_per_tick(start, std::nullopt));
}

}  // namespace
}  // namespace mallocop::report
