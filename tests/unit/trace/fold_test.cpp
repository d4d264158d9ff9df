#include "trace/fold.h"

#include <gtest/gtest.h>

#include "tests/unit/trace/fold_harness.h"

namespace mallocop::trace {
namespace {

class Fold : public ::testing::Test {
 protected:
  FoldHarness thread_;
};

TEST_F(Fold, AnEmptyWindowIsEmpty) {
  const Window window = thread_.window();
  EXPECT_EQ(window.events, 0U);
  EXPECT_TRUE(window.sites.empty());
  EXPECT_TRUE(window.blocks.empty());
  EXPECT_EQ(window.level_after, 0U);
}

TEST_F(Fold, APairLeavesOnlyCounts) {
  for (int pair = 0; pair < 1000; ++pair) {
    thread_.alloc(0x1000, 48);
    thread_.free(0x1000);
  }
  const Window window = thread_.window();
  ASSERT_EQ(window.sites.size(), 1U);
  const WindowSite& site = window.sites[0];
  EXPECT_EQ(site.allocations, 1000U);
  EXPECT_EQ(site.bytes, 48'000U);
  EXPECT_EQ(site.freed, 1000U);
  EXPECT_EQ(site.freed_bytes, 48'000U);
  EXPECT_EQ(site.temporary, 1000U);
  EXPECT_EQ(site.smallest, 48U);
  EXPECT_EQ(site.largest, 48U);
  EXPECT_TRUE(window.blocks.empty());
  EXPECT_EQ(window.frees, 1000U);
  EXPECT_EQ(window.events, 2000U);
  EXPECT_EQ(window.level_after, 48U);
  EXPECT_LT(thread_.output().size, 100U);
}

// A loop that allocates and frees has one event for 4,096 rounds.
TEST_F(Fold, PairsInARowShareAnEvent) {
  thread_.use_pairs(true);
  for (uint64_t pair = 0; pair < 10'000; ++pair) {
    thread_.alloc(0x1000 + 16 * (pair % 3), 48);
    thread_.free(0x1000 + 16 * (pair % 3));
  }
  EXPECT_EQ(thread_.pending(), 3U);
  thread_.alloc(0x1000, 48);  // one more, which stays
  EXPECT_EQ(thread_.pending(), 3U);
  const Window window = thread_.window();
  ASSERT_EQ(window.sites.size(), 1U);
  EXPECT_EQ(window.sites[0].allocations, 10'001U);
  EXPECT_EQ(window.sites[0].bytes, 480'048U);
  EXPECT_EQ(window.sites[0].freed, 10'000U);
  EXPECT_EQ(window.sites[0].temporary, 10'000U);
  EXPECT_EQ(window.frees, 10'000U);
  EXPECT_EQ(window.events, 20'001U);
  ASSERT_EQ(window.blocks.size(), 1U);
  EXPECT_EQ(window.blocks[0].level_before, 48U);
}

TEST_F(Fold, PairsOfOtherSizesStacksOrStampsDoNotShareAnEvent) {
  thread_.use_pairs(true);
  const auto pair = [&](uint64_t size, StackId stack, uint32_t stamp) {
    thread_.alloc(0x1000, size, stack, EventKind::kAlloc, stamp);
    thread_.free(0x1000);
  };
  pair(8, 10, 0);
  pair(9, 10, 0);
  pair(9, 11, 0);
  pair(9, 11, 1);
  EXPECT_EQ(thread_.pending(), 4U);
  pair(uint64_t{1} << 32, 11, 1);  // wide: an escape and a pair
  pair(uint64_t{1} << 33, 11, 1);
  pair(9, 11, Event::kWideStamp);
  EXPECT_EQ(thread_.pending(), 10U);
  const Window window = thread_.window();
  ASSERT_EQ(window.sites.size(), 2U);
  EXPECT_EQ(window.sites[0].allocations, 2U);
  EXPECT_EQ(window.sites[1].allocations, 5U);
  EXPECT_EQ(window.sites[1].bytes, 27U + (uint64_t{3} << 32));
  EXPECT_EQ(window.sites[1].temporary, 5U);
}

TEST_F(Fold, AWideStampIsExact) {
  thread_.alloc(0x1000, 5, 10, EventKind::kAlloc, Event::kWideStamp - 1);
  thread_.alloc(0x2000, 6, 10, EventKind::kAlloc, Event::kStampMask);
  const Window window = thread_.window();
  ASSERT_EQ(window.blocks.size(), 2U);
  EXPECT_EQ(window.blocks[0].stamp, Event::kWideStamp - 1);
  EXPECT_EQ(window.blocks[0].size, 5U);
  EXPECT_EQ(window.blocks[1].stamp, Event::kStampMask);
  EXPECT_EQ(window.blocks[1].size, 6U);
}

// In a damaged ring a partner may be anything.
TEST_F(Fold, APartnerThatIsNotOneIsIgnored) {
  thread_.alloc(0x1000, 8);
  thread_.alloc(0x2000, 8);
  for (const uint32_t partner : {2U, 3U, 4U, 4000U, 0xffffU})
    thread_.push(Event::free(EventKind::kFree, 0x1000, true, 0, partner));
  const Window window = thread_.window();
  EXPECT_EQ(window.frees, 5U);
  EXPECT_EQ(window.blocks.size(), 5U);  // the first free is paired by its address
}

TEST_F(Fold, SurvivorsAndFreesOfOlderBlocksAreListedInOrder) {
  thread_.alloc(0x1000, 1);
  thread_.free(0x9000);
  thread_.alloc(0x2000, 2, 11);
  const Window window = thread_.window();
  ASSERT_EQ(window.blocks.size(), 3U);
  EXPECT_EQ(window.blocks[0].kind, WindowBlock::Kind::kAlloc);
  EXPECT_EQ(window.blocks[0].address, 0x1000U);
  EXPECT_EQ(window.blocks[1].kind, WindowBlock::Kind::kFree);
  EXPECT_EQ(window.blocks[1].address, 0x9000U);
  EXPECT_EQ(window.blocks[2].size, 2U);
  EXPECT_EQ(window.sites[window.blocks[2].site].stack, 11U);
}

TEST_F(Fold, ABlockIsTemporaryOnlyIfNothingWasAllocatedInBetween) {
  thread_.alloc(0x1000, 8, 10);
  thread_.alloc(0x2000, 8, 11);
  thread_.free(0x1000);
  thread_.free(0x2000);
  const Window window = thread_.window();
  EXPECT_EQ(window.sites[0].temporary, 0U);
  EXPECT_EQ(window.sites[1].temporary, 1U);
}

TEST_F(Fold, ABlockThatIsFreedFirstThingInTheNextWindowIsTemporary) {
  thread_.alloc(0x1000, 8);
  EXPECT_EQ(thread_.window().blocks[0].kind, WindowBlock::Kind::kAlloc);
  thread_.free(0x1000);
  EXPECT_EQ(thread_.window().blocks[0].kind, WindowBlock::Kind::kTemporaryFree);
}

TEST_F(Fold, AnAllocationInTheNextWindowEndsTheChanceToBeTemporary) {
  thread_.alloc(0x1000, 8);
  thread_.window();
  thread_.alloc(0x2000, 8);
  thread_.free(0x1000);
  EXPECT_EQ(thread_.window().blocks[1].kind, WindowBlock::Kind::kFree);
}

TEST_F(Fold, AnAddressThatAnotherThreadFreedMayBeAllocatedAgain) {
  thread_.alloc(0x1000, 8, 10);
  thread_.alloc(0x1000, 16, 11);  // the free in between is in somebody else's ring
  thread_.free(0x1000);
  const Window window = thread_.window();
  ASSERT_EQ(window.blocks.size(), 1U);
  EXPECT_EQ(window.blocks[0].size, 8U);
  EXPECT_EQ(window.sites[1].freed, 1U);
}

TEST_F(Fold, ASecondFreeOfAnAddressIsOfABlockFromElsewhere) {
  thread_.alloc(0x1000, 8);
  thread_.alloc(0x2000, 8);
  thread_.free(0x1000);
  thread_.free(0x1000);  // another thread got the address meanwhile
  const Window window = thread_.window();
  EXPECT_EQ(window.sites[0].freed, 1U);
  ASSERT_EQ(window.blocks.size(), 2U);
  EXPECT_EQ(window.blocks[1].kind, WindowBlock::Kind::kFree);
}

TEST_F(Fold, AFreeWithoutProofIsNotPaired) {
  thread_.alloc(0x1000, 8);
  thread_.alloc(0x2000, 8);
  thread_.free(0x1000, false);
  const Window window = thread_.window();
  EXPECT_EQ(window.sites[0].freed, 0U);
  ASSERT_EQ(window.blocks.size(), 3U);
  EXPECT_EQ(window.blocks[2].kind, WindowBlock::Kind::kFree);
}

TEST_F(Fold, AFreeWithoutProofOfTheLatestAddressMayBeTemporary) {  // the reader knows whose block it is
  thread_.alloc(0x1000, 8);
  thread_.free(0x1000, false);
  thread_.free(0x1000, false);
  const Window window = thread_.window();
  EXPECT_EQ(window.sites[0].temporary, 0U);
  ASSERT_EQ(window.blocks.size(), 3U);
  EXPECT_EQ(window.blocks[1].kind, WindowBlock::Kind::kTemporaryFree);
  EXPECT_EQ(window.blocks[2].kind, WindowBlock::Kind::kFree);
}

TEST_F(Fold, TheHighestLevelOfFoldedPairsIsKeptForEverySegment) {
  thread_.alloc(0x1000, 100);
  thread_.free(0x1000);
  thread_.alloc(0x2000, 5);  // listed: before it, 100 bytes were held at once
  thread_.alloc(0x1000, 30);
  thread_.alloc(0x3000, 30);
  thread_.free(0x1000);
  thread_.free(0x3000);
  thread_.free(0x9000);  // listed: before it, 60
  thread_.alloc(0x1000, 7);
  thread_.free(0x1000);
  const Window window = thread_.window();
  ASSERT_EQ(window.blocks.size(), 2U);
  EXPECT_EQ(window.blocks[0].level_before, 100U);
  EXPECT_EQ(window.blocks[1].level_before, 60U);
  EXPECT_EQ(window.level_after, 7U);
}

TEST_F(Fold, ALevelThatIsHeldAcrossAListedBlockCountsOnBothSides) {
  thread_.alloc(0x1000, 100);
  thread_.alloc(0x2000, 5);  // survives
  thread_.free(0x1000);
  const Window window = thread_.window();
  EXPECT_EQ(window.blocks[0].level_before, 100U);
  EXPECT_EQ(window.level_after, 100U);
}

TEST_F(Fold, AReallocIsAFreeAndAnAllocation) {
  thread_.alloc(0x1000, 8);
  thread_.reallocate(0x1000, 0x1000, 16);
  thread_.reallocate(0x1000, 0x5000, 32);
  const Window window = thread_.window();
  EXPECT_EQ(window.sites[0].allocations, 3U);
  EXPECT_EQ(window.sites[0].reallocations, 2U);
  EXPECT_EQ(window.sites[0].bytes, 56U);
  EXPECT_EQ(window.frees, 2U);
  ASSERT_EQ(window.blocks.size(), 1U);
  EXPECT_EQ(window.blocks[0].address, 0x5000U);
}

TEST_F(Fold, ACancelledEventIsNone) {
  thread_.alloc(0x1000, 8);
  thread_.push(Event{});  // a realloc that failed
  const Window window = thread_.window();
  EXPECT_EQ(window.frees, 0U);
  EXPECT_EQ(window.events, 1U);
  EXPECT_EQ(window.blocks.size(), 1U);
}

TEST_F(Fold, SizesOf4GiBAndMoreAreExact) {
  const uint64_t size = (uint64_t{5} << 32) + 7;
  thread_.alloc(0x1000, size);
  thread_.alloc(0x2000, 3);
  thread_.free(0x1000);
  const Window window = thread_.window();
  EXPECT_EQ(window.sites[0].bytes, size + 3);
  EXPECT_EQ(window.sites[0].freed_bytes, size);
  EXPECT_EQ(window.sites[0].largest, size);
}

TEST_F(Fold, BlocksOfTheToolAreListedButHoldNoLevel) {
  thread_.alloc(0x1000, 1'000'000, kToolStack);
  thread_.free(0x1000);
  thread_.alloc(0x2000, 8, kToolStack);
  const Window window = thread_.window();
  EXPECT_EQ(window.level_after, 0U);
  ASSERT_EQ(window.blocks.size(), 1U);
  EXPECT_EQ(window.blocks[0].level_before, 0U);
  EXPECT_EQ(window.sites[window.blocks[0].site].stack, kToolStack);
}

TEST_F(Fold, AnyBytesAreFolded) {
  for (uint64_t value = 0; value < kRingEvents; ++value) {
    const uint64_t noise = value * 0x9e3779b97f4a7c15;
    thread_.push({noise ^ (noise << 7), noise * 31});
  }
  thread_.window();  // and nothing else: the harness checks that it decodes
}

TEST_F(Fold, AFullWindowOfSurvivorsOfDifferentStacksFits) {
  for (uint32_t event = 0; event < kRingEvents; ++event)
    thread_.alloc(0x100000000000 + event * 0x123450, 0xfffffe - event, 1000 + event * 977);
  const Window window = thread_.window();
  EXPECT_EQ(window.sites.size(), kRingEvents);
  EXPECT_EQ(window.blocks.size(), kRingEvents);
}

}  // namespace
}  // namespace mallocop::trace
