// Live bytes over time, whatever the order in which they are told.
#include "report/trace/timeline_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace mallocop::report {
namespace {

TEST(TimelineBuilder, HasNothingToShowOfNothing) {
  const MemoryTimeline timeline = TimelineBuilder().build(1e-9, true);
  EXPECT_TRUE(timeline.points.empty());
  EXPECT_TRUE(timeline.snapshots.empty());
}

TEST(TimelineBuilder, SumsUpWhatCameAndWentUntilEachPoint) {
  TimelineBuilder builder;
  builder.start_at(1000);
  builder.gain(2000, 7, 100);
  builder.gain(5000, 8, 50);
  builder.lose(9000, 7, 100);
  builder.allocate(9000, 175);
  builder.reach(5000, 150);
  builder.reach(6000, 170);
  const MemoryTimeline timeline = builder.build(1e-9, true);
  ASSERT_EQ(timeline.points.size(), 8U);  // spans of 1024 ticks
  EXPECT_EQ(timeline.points[0].live_bytes, 100U);
  EXPECT_EQ(timeline.points[0].live_blocks, 1U);
  EXPECT_DOUBLE_EQ(timeline.points[0].time_s, 1024e-9);
  EXPECT_EQ(timeline.points[3].live_bytes, 150U);
  EXPECT_EQ(timeline.points[3].live_blocks, 2U);
  EXPECT_EQ(timeline.points[4].most_bytes, 170U);
  EXPECT_EQ(timeline.points[5].most_bytes, 150U) << "what was live when the span began";
  EXPECT_EQ(timeline.points[7].live_bytes, 50U);
  EXPECT_EQ(timeline.points[7].most_bytes, 150U);
  EXPECT_EQ(timeline.points[6].allocated_bytes, 0U);
  EXPECT_EQ(timeline.points[7].allocated_bytes, 175U);
}

TEST(TimelineBuilder, ASnapshotSumsUpToItsPoint) {
  TimelineBuilder builder;
  for (uint32_t index = 0; index < 600; ++index) builder.gain(index * uint64_t{1024}, index % 3, index);
  builder.lose(300 * 1024, 0, 0);
  const MemoryTimeline timeline = builder.build(1e-9, true);
  ASSERT_GE(timeline.snapshots.size(), 10U);
  for (const MemorySnapshot& snapshot : timeline.snapshots) {
    uint64_t bytes = 0;
    for (const LiveSite& live : snapshot.sites) bytes += live.bytes;
    EXPECT_EQ(timeline.points.at(snapshot.point).live_bytes, bytes);
  }
  EXPECT_EQ(timeline.snapshots.back().point, timeline.points.size() - 1);
  EXPECT_EQ(timeline.snapshots.back().sites.size(), 3U);
}

TEST(TimelineBuilder, KeepsItsSumsWhenTimeGoesOnAndOn) {
  TimelineBuilder builder;
  uint64_t total = 0;
  uint64_t ticks = 1;
  for (uint32_t index = 0; index < 10'000; ++index, ticks += ticks / 200 + 1) {
    builder.gain(ticks, index % 100, index);
    builder.allocate(ticks, index);
    total += index;
  }
  const MemoryTimeline timeline = builder.build(1e-9, true);
  EXPECT_LE(timeline.points.size(), MemoryTimeline::kMostPoints);
  EXPECT_GE(timeline.points.size(), MemoryTimeline::kMostPoints / 2);
  EXPECT_LE(timeline.snapshots.size(), MemoryTimeline::kMostSnapshots);
  EXPECT_EQ(timeline.points.back().live_bytes, total);
  EXPECT_EQ(timeline.points.back().allocated_bytes, total);
  EXPECT_EQ(timeline.points.back().live_blocks, 10'000U);
  EXPECT_TRUE(std::is_sorted(timeline.points.begin(), timeline.points.end(),
                             [](const MemoryPoint& a, const MemoryPoint& b) { return a.time_s < b.time_s; }));
}

TEST(TimelineBuilder, TheOrderInWhichItIsToldDoesNotMatter) {
  TimelineBuilder forward;
  TimelineBuilder backward;
  for (uint32_t index = 0; index < 5000; ++index) {
    forward.gain(index * uint64_t{999}, index % 10, index);
    backward.gain((4999 - index) * uint64_t{999}, (4999 - index) % 10, 4999 - index);
  }
  const MemoryTimeline a = forward.build(1e-9, true);
  const MemoryTimeline b = backward.build(1e-9, true);
  ASSERT_EQ(a.points.size(), b.points.size());
  for (size_t point = 0; point < a.points.size(); ++point) {
    EXPECT_EQ(a.points[point].live_bytes, b.points[point].live_bytes);
  }
}

TEST(TimelineBuilder, TakesAnyNumberOfAMadeUpTrace) {
  TimelineBuilder builder;
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  for (int time = 0; time < 3; ++time) {
    builder.gain(kMost, 1, kMost);
    builder.lose(0, 2, kMost);
    builder.allocate(kMost, kMost);
    builder.reach(kMost, kMost);
  }
  const MemoryTimeline timeline = builder.build(1e300, true);
  EXPECT_LE(timeline.points.size(), MemoryTimeline::kMostPoints);
  EXPECT_EQ(timeline.points.back().most_bytes, kMost);
}

}  // namespace
}  // namespace mallocop::report
