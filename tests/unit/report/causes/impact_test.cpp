#include "report/causes/impact.h"

#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

Profile profile_with_operation(uint64_t count, uint64_t allocations, uint64_t bytes) {
  Profile profile;
  Operation operation;
  operation.name = "dispatch";
  operation.count = count;
  operation.allocations.total = allocations;
  operation.bytes.total = bytes;
  profile.operations = {operation};
  return profile;
}

Impact impact(uint64_t allocations, uint64_t bytes, bool first_call_only = false, uint64_t calls = 0,
              uint64_t reserved = 0) {
  Impact made;
  made.allocations = allocations;
  made.bytes = bytes;
  made.first_call_only = first_call_only;
  made.calls = calls;
  made.reserved = reserved;
  return made;
}

TEST(ImpactText, IsPerOperationWhereThatIsExact) {
  const Profile profile = profile_with_operation(10, 50, 20'480);
  EXPECT_EQ(impact_text(profile, 0, impact(40, 19'200, false)),
            "4 of 5 allocations per op, 1,920 of 2,048 bytes per op");
  EXPECT_EQ(impact_text(profile, 0, impact(10, 0, false)), "1 of 5 allocations per op");
}

TEST(ImpactText, IsATotalWhereAMeanWouldBeRounded) {
  EXPECT_EQ(impact_text(profile_with_operation(1000, 1008, 2000), 0, impact(8, 16, false)),
            "8 of 1,008 allocations in 1,000 ops, 16 of 2,000 bytes in 1,000 ops");
}

TEST(ImpactText, SaysWhenOnlyTheFirstCallIsMeant) {
  EXPECT_EQ(impact_text(profile_with_operation(10, 50, 2000), 0, impact(3, 100, true)),
            "3 of 50 allocations, 100 of 2,000 bytes, in the first op only");
  EXPECT_EQ(impact_text(profile_with_operation(10, 50, 2000), 0, impact(3, 100, true, 3)),
            "3 of 50 allocations, 100 of 2,000 bytes, in the first ops only");
}

TEST(ImpactText, SaysWhatRemainsOfABlockThatIsReserved) {
  EXPECT_EQ(impact_text(profile_with_operation(10, 30, 1120), 0, impact(20, 480, false, 10, 10)),
            "2 of 3 allocations per op (1 reserved block remains), 48 of 112 bytes per op");
  EXPECT_EQ(impact_text(profile_with_operation(10, 25, 1000), 0, impact(15, 0, false, 5, 5)),
            "15 of 25 allocations in 10 ops (5 reserved blocks remain)");
  EXPECT_EQ(impact_text(profile_with_operation(10, 3, 100), 0, impact(2, 0, true, 1, 1)),
            "2 of 3 allocations (1 reserved block remains), in the first op only");
}

TEST(ImpactText, SaysWhenMoreMayGo) {
  Impact several = impact(20, 0, false, 10, 10);
  several.at_least = true;
  EXPECT_EQ(impact_text(profile_with_operation(10, 30, 1120), 0, several),
            "at least 2 of 3 allocations per op (at most 1 reserved block remains)");
}

TEST(ImpactText, OutsideOfOperationsIsATotal) {
  EXPECT_EQ(impact_text({}, std::nullopt, impact(12, 4'198, false)), "12 allocations, 4.1 KiB in all");
  EXPECT_EQ(impact_text({}, std::nullopt, impact(1, 24, false)), "1 allocation, 24 B in all");
  EXPECT_EQ(impact_text({}, 5, impact(1, 0, false)), "1 allocation in all");
}

TEST(ImpactText, SaysWhatTheFirstCallKeeps) {
  Impact kept = impact(27, 2700);
  kept.first_allocations = 3;
  kept.first_bytes = 300;
  EXPECT_EQ(impact_text(profile_with_operation(10, 50, 5000), 0, kept),
            "3 of 5 allocations per op from the second on, 300 of 500 bytes per op from the second on");
}

TEST(ImpactText, SaysWhatIsEstimated) {
  Impact estimate = impact(20, 480);
  estimate.about = true;
  EXPECT_EQ(impact_text(profile_with_operation(10, 30, 1120), 0, estimate),
            "2 of 3 allocations per op, about 48 of 112 bytes per op");
  estimate.at_most = true;
  EXPECT_EQ(impact_text({}, std::nullopt, estimate), "at most 20 allocations, 480 B in all");
}

// Every call allocates alike, from `smallest` to `largest`.
SiteGroup group(uint64_t allocations, uint64_t bytes, uint64_t calls, uint64_t smallest, uint64_t largest,
                Pattern pattern = Pattern::kEveryOp) {
  Site site;
  site.operation = 0;
  site.allocations = allocations;
  site.bytes = bytes;
  site.calls = calls;
  site.smallest = smallest;
  site.largest = largest;
  site.pattern = pattern;
  SiteGroup made;
  made.add(site);
  return made;
}

TEST(ImpactOf, GrowthInsideACallKeepsOneBlock) {
  // Ten calls, each 4 + 8 + 16 + 32 bytes.
  const Impact impact = impact_of(group(40, 600, 10, 4, 32), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 30U);
  EXPECT_EQ(impact.bytes, 280U);
  EXPECT_EQ(impact.reserved, 10U);
  EXPECT_FALSE(impact.about);
}

TEST(ImpactOf, SeveralContainersKeepABlockEach) {
  // Three vectors one after the other, in each of ten calls.
  const Impact impact = impact_of(group(120, 1800, 10, 4, 32), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 90U);
  EXPECT_EQ(impact.bytes, 840U);
  EXPECT_EQ(impact.reserved, 30U);
}

TEST(ImpactOf, MoreStepsThanOneContainerCanTakeAreSeveral) {
  // From 10 to 40 bytes a container grows in three steps at most. 16 that do so and 12 single blocks are 60 blocks of
  // 1240 bytes, and no 60 blocks of 1250 bytes leave more.
  const Impact impact = impact_of(group(60, 1250, 10, 10, 40), Saving::kGrowth);
  EXPECT_EQ(impact.reserved, 28U);
  EXPECT_EQ(impact.allocations, 32U);
  EXPECT_TRUE(impact.at_least);
  EXPECT_TRUE(impact.about);
}

TEST(ImpactOf, ManySmallContainersAndAFewThatGrowAreToldByTheBytes) {
  // In each of ten calls 16 blocks of 8 bytes, and five containers that grow from 8 to 128.
  const Impact impact = impact_of(group(10 * (16 + 25), 10 * (16 * 8 + 5 * 248), 10, 8, 128), Saving::kGrowth);
  EXPECT_EQ(impact.reserved, 10U * 21U);
  EXPECT_EQ(impact.allocations, 10U * 20U);
  EXPECT_TRUE(impact.at_least);
  EXPECT_EQ(impact.bytes, 0U) << "21 blocks of 128 bytes are more than there were";
}

TEST(ImpactOf, BlocksOfOneSizeDoNotGrow) {
  const Impact impact = impact_of(group(40, 2560, 10, 64, 64), Saving::kGrowth);
  EXPECT_EQ(impact.reserved, 0U);
  EXPECT_EQ(impact.allocations, 36U);
  EXPECT_EQ(impact.first_allocations, 4U) << "what is kept is made in the first call";
}

TEST(ImpactOf, BlocksThatAreNeverReallocatedDoNotGrowWhereGrowthReallocates) {
  const Impact impact = impact_of(group(30, 10 * (8 + 16 + 32), 10, 8, 32), Saving::kGrowth, true);
  EXPECT_EQ(impact.reserved, 0U);
  EXPECT_EQ(impact.first_allocations, 3U);
}

TEST(ImpactOf, BlocksThatAreReallocatedSayHowManyBegin) {
  // Ten calls, each from 32 to 640 bytes in twenty steps.
  SiteGroup steps = group(200, 67'200, 10, 32, 640);
  steps.reallocations = 190;
  const Impact one = impact_of(steps, Saving::kGrowth, true);
  EXPECT_EQ(one.allocations, 190U);
  EXPECT_EQ(one.bytes, 67'200U - 6400U);
  EXPECT_EQ(one.reserved, 10U);
  EXPECT_FALSE(one.about);

  steps.reallocations = 180;
  const Impact two = impact_of(steps, Saving::kGrowth, true);
  EXPECT_EQ(two.reserved, 20U);
  EXPECT_EQ(two.bytes, 67'200U - 12'800U);
  EXPECT_TRUE(two.about) << "one of the two may be smaller";
}

TEST(ImpactOf, BlocksOfAnotherLineThatGrowAllGo) {
  // Ten calls, each 64, 128, 256 bytes; what was 32 before was allocated elsewhere, and is 256 in future.
  SiteGroup grown = group(30, 4480, 10, 64, 256);
  grown.reallocations = 30;
  const Impact impact = impact_of(grown, Saving::kGrowth, true);
  EXPECT_EQ(impact.allocations, 30U);
  EXPECT_EQ(impact.reserved, 0U);
  EXPECT_EQ(impact.bytes, 4480U - 2560U);
  EXPECT_TRUE(impact.about);
}

TEST(ImpactOf, AStringIsOneByteLargerThanWhatDoubles) {
  EXPECT_EQ(doubling_chains(group(3, 31 + 61 + 121, 1, 31, 121)), 1U);
  EXPECT_EQ(doubling_chains(group(6, 2 * (31 + 61 + 121), 1, 31, 121)), 2U);
  EXPECT_EQ(doubling_chains(group(3, 31 + 61 + 122, 1, 31, 122)), 0U);
}

TEST(ImpactOf, LeavesOutWhatTheWarmupTook) {
  // Two calls more, left out.
  Site site;
  site.operation = 0;
  site.allocations = 48;
  site.bytes = 720;
  site.calls = 10;
  site.smallest = 4;
  site.largest = 32;
  site.pattern = Pattern::kEveryOp;
  site.left_out_allocations = 8;
  site.left_out_bytes = 120;
  SiteGroup measured;
  measured.add(site);
  const Impact impact = impact_of(measured, Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 30U);
  EXPECT_EQ(impact.bytes, 280U);
}

TEST(ImpactOf, GrowthOverManyCallsAllGoes) {
  const Impact impact = impact_of(group(4, 60, 3, 4, 32, Pattern::kAmortisedGrowth), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 4U);
  EXPECT_EQ(impact.bytes, 60U);
  EXPECT_EQ(impact.reserved, 0U);
}

// One container takes five steps at most from 4 to 32 bytes: the calls made several, each of which keeps a block.
TEST(ImpactOf, GrowthOverManyCallsOfSeveralContainersKeepsABlockOfEach) {
  const Impact impact = impact_of(group(40, 600, 30, 4, 32, Pattern::kAmortisedGrowth), Saving::kGrowth);
  EXPECT_EQ(impact.reserved, 10U);
  EXPECT_EQ(impact.allocations, 30U);
}

TEST(ImpactOf, WhatIsKeptIsMadeInTheFirstCall) {
  for (const Saving saving : {Saving::kKept, Saving::kGrowth}) {
    const Impact impact = impact_of(group(10, 1000, 10, 100, 100), saving);
    EXPECT_EQ(impact.allocations, 9U);
    EXPECT_EQ(impact.bytes, 900U);
    EXPECT_EQ(impact.first_allocations, 1U);
    EXPECT_EQ(impact.first_bytes, 100U);
  }
}

TEST(ImpactOf, NeverSavesMoreThanThereIs) {
  // The largest block is an exception among the calls.
  const Impact impact = impact_of(group(12, 100, 10, 1, 90, Pattern::kSomeOps), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 2U);
  EXPECT_LE(impact.bytes, 100U);
  EXPECT_TRUE(impact.about);
}

TEST(ImpactOf, AControlBlockMovesItsBytes) {
  const Impact impact = impact_of(group(10, 240, 10, 24, 24), Saving::kAllocations);
  EXPECT_EQ(impact.allocations, 10U);
  EXPECT_EQ(impact.bytes, 0U);
}

}  // namespace
}  // namespace mallocop::report
