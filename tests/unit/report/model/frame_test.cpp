#include "report/model/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "report/model/profile.h"
#include "tests/unit/report/add_stack.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;

Frame frame(const char* function) {
  Frame made;
  made.function = function;
  return made;
}

std::vector<std::string> functions(const StackFrames& frames) {
  std::vector<std::string> names;
  for (const Frame& each : frames) names.push_back(each.function);
  return names;
}

class StackFramesTest : public testing::Test {
 protected:
  StackFramesTest() {
    add_stack(profile_, {frame("malloc"), frame("parse"), frame("main")});
    add_stack_of(profile_, {0, 2, 2});
  }
  Profile profile_;
};

TEST_F(StackFramesTest, ReadLikeAListOfFramesThoughStacksShareThem) {
  EXPECT_THAT(functions(profile_.frames_of(profile_.stacks[0])), ElementsAre("malloc", "parse", "main"));
  const StackFrames frames = profile_.frames_of(profile_.stacks[1]);
  EXPECT_THAT(functions(frames), ElementsAre("malloc", "main", "main"));
  EXPECT_EQ(frames.size(), 3U);
  EXPECT_EQ(&frames[2], &profile_.frames[2]);
}

TEST_F(StackFramesTest, OfANodeComeOneBehindTheOtherAndANodeMayHaveNone) {
  profile_.nodes[1].count = 0;
  profile_.nodes[2].count = 2;
  EXPECT_THAT(functions(profile_.frames_of(profile_.stacks[0])), ElementsAre("malloc", "parse", "main"));
  EXPECT_EQ(profile_.frames_of(profile_.stacks[0]).at(3), nullptr);
  profile_.nodes[0].count = 0;
  EXPECT_THAT(functions(profile_.frames_of(profile_.stacks[0])), ElementsAre("malloc", "parse"));
}

TEST_F(StackFramesTest, OfAStackThatIsCutAreItsInnermost) {
  profile_.stacks[0].depth = 2;
  EXPECT_THAT(functions(profile_.frames_of(profile_.stacks[0])), ElementsAre("malloc", "parse"));
  profile_.stacks[0].depth = 0;
  EXPECT_TRUE(profile_.frames_of(profile_.stacks[0]).empty());
}

TEST_F(StackFramesTest, CanBeSearched) {
  const StackFrames frames = profile_.frames_of(profile_.stacks[1]);
  const auto found =
      std::find_if(frames.begin(), frames.end(), [](const Frame& each) { return each.function == "main"; });
  ASSERT_NE(found, frames.end());
  EXPECT_EQ(std::distance(frames.begin(), found), 1);
  EXPECT_EQ(found->function, "main");
}

TEST_F(StackFramesTest, OfASiteAreThoseOfItsStackOrNone) {
  Site site;
  site.stack = 1;
  EXPECT_EQ(profile_.frames_of(site).size(), 3U);
  site.stack = 2;
  EXPECT_TRUE(profile_.frames_of(site).empty());
  EXPECT_THAT(functions(profile_.frames_of(site)), ElementsAre());
}

}  // namespace
}  // namespace mallocop::report
