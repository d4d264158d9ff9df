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

TEST(ImpactText, IsPerOperationWhereThatIsExact) {
  const Profile profile = profile_with_operation(10, 50, 20'480);
  EXPECT_EQ(impact_text(profile, 0, {40, 19'200, false}), "4 of 5 allocations per op, 1,920 of 2,048 bytes per op");
  EXPECT_EQ(impact_text(profile, 0, {10, 0, false}), "1 of 5 allocations per op");
}

TEST(ImpactText, IsATotalWhereAMeanWouldBeRounded) {
  EXPECT_EQ(impact_text(profile_with_operation(1000, 1008, 2000), 0, {8, 16, false}),
            "8 of 1,008 allocations in 1,000 ops, 16 of 2,000 bytes in 1,000 ops");
}

TEST(ImpactText, SaysWhenOnlyTheFirstCallIsMeant) {
  EXPECT_EQ(impact_text(profile_with_operation(10, 50, 2000), 0, {3, 100, true}),
            "3 of 50 allocations, 100 of 2,000 bytes, in the first op only");
  EXPECT_EQ(impact_text(profile_with_operation(10, 50, 2000), 0, {3, 100, true, 3}),
            "3 of 50 allocations, 100 of 2,000 bytes, in the first ops only");
}

TEST(ImpactText, SaysWhatRemainsOfABlockThatIsReserved) {
  EXPECT_EQ(impact_text(profile_with_operation(10, 30, 1120), 0, {20, 480, false, 10, 10}),
            "2 of 3 allocations per op (1 reserved block remains), 48 of 112 bytes per op");
  EXPECT_EQ(impact_text(profile_with_operation(10, 25, 1000), 0, {15, 0, false, 5, 5}),
            "15 of 25 allocations in 10 ops (5 reserved blocks remain)");
  EXPECT_EQ(impact_text(profile_with_operation(10, 3, 100), 0, {2, 0, true, 1, 1}),
            "2 of 3 allocations (1 reserved block remains), in the first op only");
}

TEST(ImpactText, OutsideOfOperationsIsATotal) {
  EXPECT_EQ(impact_text({}, std::nullopt, {12, 4'198, false}), "12 allocations, 4.1 KiB in all");
  EXPECT_EQ(impact_text({}, std::nullopt, {1, 24, false}), "1 allocation, 24 B in all");
  EXPECT_EQ(impact_text({}, 5, {1, 0, false}), "1 allocation in all");
}

Site growing(uint64_t allocations, uint64_t bytes, uint64_t calls, uint64_t largest, Pattern pattern) {
  Site site;
  site.operation = 0;
  site.allocations = allocations;
  site.bytes = bytes;
  site.calls = calls;
  site.largest = largest;
  site.pattern = pattern;
  return site;
}

TEST(ImpactOf, GrowthInsideACallKeepsOneBlock) {
  // Ten calls, each 4 + 8 + 16 + 32 bytes.
  const Impact impact = impact_of(growing(40, 600, 10, 32, Pattern::kEveryOp), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 30U);
  EXPECT_EQ(impact.bytes, 280U);
  EXPECT_EQ(impact.reserved, 10U);
}

TEST(ImpactOf, LeavesOutWhatTheWarmupTook) {
  // Two calls more, left out.
  Site site = growing(48, 720, 10, 32, Pattern::kEveryOp);
  site.left_out_allocations = 8;
  site.left_out_bytes = 120;
  const Impact impact = impact_of(site, Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 30U);
  EXPECT_EQ(impact.bytes, 280U);
}

TEST(ImpactOf, GrowthOverManyCallsAllGoes) {
  const Impact impact = impact_of(growing(4, 60, 3, 32, Pattern::kAmortisedGrowth), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 4U);
  EXPECT_EQ(impact.bytes, 60U);
  EXPECT_EQ(impact.reserved, 0U);
}

TEST(ImpactOf, NeverSavesMoreThanThereIs) {
  // The largest block is an exception among the calls.
  const Impact impact = impact_of(growing(12, 100, 10, 90, Pattern::kSomeOps), Saving::kGrowth);
  EXPECT_EQ(impact.allocations, 2U);
  EXPECT_EQ(impact.bytes, 0U);
}

TEST(ImpactOf, AControlBlockMovesItsBytes) {
  const Impact impact = impact_of(growing(10, 240, 10, 24, Pattern::kEveryOp), Saving::kAllocations);
  EXPECT_EQ(impact.allocations, 10U);
  EXPECT_EQ(impact.bytes, 0U);
}

}  // namespace
}  // namespace mallocop::report
