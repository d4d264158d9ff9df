#include "report/output/place.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

class PlaceTest : public testing::Test {
 protected:
  Profile profile_ = sample_profile();
  Site& site_ = profile_.sites[0];
  Stack& stack_ = profile_.stacks[0];
  Frame& inner_ = frame_at(profile_, 0, 0);
  Frame& outer_ = frame_at(profile_, 0, 1);
};

TEST_F(PlaceTest, IsTheSitesLocation) {
  EXPECT_EQ(place_name(profile_, site_), "Conductor::route");
  EXPECT_EQ(place_position(profile_, site_), "samples/conductor.cpp:42");
}

TEST_F(PlaceTest, WithoutALocationIsTheInnermostFrameWithAName) {
  site_.location.reset();
  inner_.function.clear();
  EXPECT_EQ(place_name(profile_, site_), "Conductor::route");
}

TEST_F(PlaceTest, WithoutAnyNameIsModuleAndOffset) {
  site_.location.reset();
  stack_.depth = 1;
  inner_.function.clear();
  inner_.offset = 0x1234;
  EXPECT_EQ(place_name(profile_, site_), "conductor+0x1234");
  EXPECT_EQ(place_position(profile_, site_), "");
}

TEST_F(PlaceTest, WithoutAModuleIsTheAddress) {
  stack_.depth = 1;
  inner_ = Frame{};
  inner_.address = 0xdead;
  EXPECT_EQ(place_name(profile_, site_), "0xdead");
}

TEST_F(PlaceTest, WithoutAFileIsTheModule) {
  outer_.file.clear();
  EXPECT_EQ(place_position(profile_, site_), "conductor");
}

TEST_F(PlaceTest, WithoutAStackSaysSo) {
  stack_.node = kNoNode;
  EXPECT_EQ(place_name(profile_, site_), "(unknown stack)");
  EXPECT_EQ(place_position(profile_, site_), "");
  site_.stack = 99;
  EXPECT_EQ(place_name(profile_, site_), "(unknown stack)");
}

TEST_F(PlaceTest, LongPathsKeepTheirEnd) {
  outer_.file = "/home/somebody/src/" + std::string(40, 'd') + "/deep/down/source.cpp";
  EXPECT_EQ(place_position(profile_, site_), ".../deep/down/source.cpp:42");
  outer_.file = "/" + std::string(60, 'd') + "/" + std::string(60, 'f');
  EXPECT_EQ(place_position(profile_, site_), "..." + std::string(60, 'f') + ":42");
}

}  // namespace
}  // namespace mallocop::report
