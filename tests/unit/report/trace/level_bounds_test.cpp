// Bounds of the peak, of windows as their threads wrote them.
#include "report/trace/level_bounds.h"

#include <gtest/gtest.h>

#include <limits>

namespace mallocop::report {
namespace {

TEST(LevelBounds, AreEqualWhereWindowsFollowOneAnother) {
  LevelBounds bounds;
  bounds.open(100, 200);
  bounds.gain(1000);
  bounds.lose(1000);
  bounds.gain(300);
  bounds.open(200, 300);  // begins where the other ends
  bounds.gain(200);
  bounds.rise(250);
  EXPECT_EQ(bounds.peak().at_least, 1000U);
  EXPECT_EQ(bounds.peak().at_most, 1000U);
  bounds.rise(501);
  EXPECT_EQ(bounds.peak().at_most, 1001U);
}

TEST(LevelBounds, PeaksOfWindowsThatOverlapMayHaveBeenAtOnce) {
  LevelBounds bounds;
  bounds.open(100, 200);
  bounds.gain(1000);
  bounds.lose(1000);
  bounds.open(150, 250);
  bounds.gain(700);
  bounds.lose(600);
  EXPECT_EQ(bounds.peak().at_most, 1700U);
  EXPECT_EQ(bounds.peak().at_least, 1000U);
}

TEST(LevelBounds, AWindowThatOnlyFreesLowersTheLowerBound) {
  LevelBounds bounds;
  bounds.open(0, 100);
  bounds.gain(500);
  bounds.open(100, 200);
  bounds.gain(50);
  bounds.open(120, 190);
  bounds.lose(400);
  EXPECT_EQ(bounds.peak().at_least, 500U);
  EXPECT_EQ(bounds.peak().at_most, 550U);
}

TEST(LevelBounds, AtTheHighestOfAWindowTheOthersMayBeAtTheirLowest) {
  LevelBounds bounds;
  bounds.open(0, 10);
  bounds.gain(500);
  bounds.open(10, 100);
  bounds.gain(1000);
  bounds.lose(1000);
  bounds.open(20, 30);
  bounds.lose(200);
  bounds.open(30, 40);
  bounds.gain(700);
  EXPECT_EQ(bounds.peak().at_least, 1300U);
  EXPECT_EQ(bounds.peak().at_most, 2000U);
}

TEST(LevelBounds, AFreeWhoseBlockIsFoundLaterIsOfItsOwnWindow) {
  LevelBounds bounds;
  bounds.open(0, 100);
  bounds.gain(40);
  bounds.open(10, 90);
  bounds.gain(500);
  bounds.lose_late(0, 500);
  EXPECT_EQ(bounds.peak().at_most, 540U);
  EXPECT_EQ(bounds.peak().at_least, 40U);
}

TEST(LevelBounds, SumsOfAMadeUpTraceStayAtTheirEnds) {
  LevelBounds bounds;
  for (int window = 0; window < 4; ++window) {
    bounds.open(0, std::numeric_limits<uint64_t>::max());
    bounds.gain(std::numeric_limits<uint64_t>::max());
  }
  EXPECT_EQ(bounds.peak().at_most, static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
}

}  // namespace
}  // namespace mallocop::report
