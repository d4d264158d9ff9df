#include "report/output/bottlenecks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;

TEST(Bottlenecks, PutsStacksToOneLineTogether) {
  Profile profile = sample_profile();
  // Another way to Conductor::route.
  std::vector<FrameIndex> frames = frames_in(profile, 0);
  frames.push_back(frames_in(profile, 2)[1]);
  add_stack_of(profile, frames);
  profile.sites.push_back(profile.sites[0]);
  profile.sites.back().stack = 3;
  profile.sites.back().allocations = 500;
  const std::vector<Bottleneck> groups = all_bottlenecks(profile);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].sites, ElementsAre(0, 3));
  EXPECT_EQ(groups[0].allocations, 3500U);
  EXPECT_EQ(groups[0].bytes, 1'022'000U);
}

TEST(Bottlenecks, KeepsWhatDiffersInCauseApart) {
  Profile profile = sample_profile();
  profile.sites.push_back(profile.sites[0]);
  profile.sites.back().cause = "another";
  EXPECT_EQ(all_bottlenecks(profile).size(), 4U);
}

TEST(Bottlenecks, InsideOperationsGoesBeforeOutside) {
  Profile profile = sample_profile();
  profile.sites[2].allocations = 1'000'000;
  const std::vector<Bottleneck> groups = all_bottlenecks(profile);
  EXPECT_THAT(groups[0].sites, ElementsAre(0));
  EXPECT_THAT(groups[1].sites, ElementsAre(1));
  EXPECT_THAT(groups[2].sites, ElementsAre(2));
}

TEST(Bottlenecks, TellsUnknownFunctionsApartByAddress) {
  Profile profile = sample_profile();
  profile.stacks.clear();
  for (const uint64_t address : {1U, 2U}) {
    Frame frame;
    frame.address = address;
    add_stack(profile, {frame});
  }
  profile.sites[1].pattern = profile.sites[0].pattern;
  profile.sites[1].cause = profile.sites[0].cause;
  EXPECT_EQ(all_bottlenecks(profile).size(), 3U);
}

TEST(Bottlenecks, LeaveOutWhatNoMeasuredCallAllocates) {
  Profile profile = sample_profile();
  profile.sites[0].left_out_allocations = profile.sites[0].allocations;
  profile.sites[0].left_out_bytes = profile.sites[0].bytes;
  const std::vector<Bottleneck> groups = all_bottlenecks(profile);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_THAT(groups[0].sites, ElementsAre(1));
  EXPECT_EQ(group_sites(profile, std::vector<size_t>{0}).at(0).allocations, 3000U) << "who asks for it gets it";
}

TEST(Bottlenecks, ArePutInOrderByWhatMeasuredCallsAllocate) {
  Profile profile = sample_profile();
  profile.sites[0].left_out_allocations = profile.sites[0].allocations;
  profile.sites.push_back(profile.sites[0]);
  profile.sites[3].left_out_allocations -= 2;
  profile.sites[3].cause = "another";
  const std::vector<Bottleneck> groups = all_bottlenecks(profile);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].sites, ElementsAre(3));
  EXPECT_EQ(groups[0].measured_allocations, 2U);
}

TEST(Bottlenecks, GroupsOnlyWhatIsAskedFor) {
  const std::vector<size_t> some = {2};
  const std::vector<Bottleneck> groups = group_sites(sample_profile(), some);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].operation, std::nullopt);
}

TEST(Bottlenecks, AreRankedByWhatIsAskedFor) {
  Profile profile = sample_profile();
  profile.sites[0].bytes = 10;
  profile.sites[1].bytes = 20;
  profile.ranking = Ranking::kBytes;
  std::vector<Bottleneck> groups = all_bottlenecks(profile);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].sites, ElementsAre(1));
  EXPECT_THAT(groups[1].sites, ElementsAre(0));
  EXPECT_THAT(groups[2].sites, ElementsAre(2)) << "outside of operations";

  for (Site& site : profile.sites) site.peak_bytes = site.leaked_bytes = site.temporary = 0;
  profile.ranking = Ranking::kTemporary;
  EXPECT_TRUE(all_bottlenecks(profile).empty());
  profile.sites[1].temporary = 4;
  groups = all_bottlenecks(profile);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_THAT(groups[0].sites, ElementsAre(1));
}

// Wherever it was allocated, and whether or not that was measured.
TEST(Bottlenecks, AreTheWholeProcesssWhereTheRankingIs) {
  Profile profile = sample_profile();
  profile.sites[0].peak_bytes = 0;
  profile.sites[1].peak_bytes = 100;
  profile.sites[2].peak_bytes = 200;
  profile.sites[1].left_out_allocations = profile.sites[1].allocations;
  profile.ranking = Ranking::kPeak;
  const std::vector<Bottleneck> groups = all_bottlenecks(profile);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_THAT(groups[0].sites, ElementsAre(2));
  EXPECT_THAT(groups[1].sites, ElementsAre(1));
  EXPECT_EQ(groups[1].ranked, 100U);
}

}  // namespace
}  // namespace mallocop::report
