// Blocks across windows and threads. Windows are folded from events; `add` is the order in which they were written.
#include "report/trace/replay.h"

#include <gtest/gtest.h>

#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using test::ThreadEvents;

// One site per stack id, as if each were a site of its own; kToolStack stays what it is.
class Replayer {
 public:
  Replayer& add(const test::Bytes& payload) {
    const auto window = trace::decode_window(payload);
    if (!window) throw std::logic_error("the fold made a window that cannot be decoded");
    std::vector<SiteNumber> sites;
    for (const auto& site : window->sites) sites.push_back(site.stack == trace::kToolStack ? kToolSite : site.stack);
    replay_.add(*window, sites, false);
    return *this;
  }
  ReplayResult finish() { return replay_.finish(); }

 private:
  BlockReplay replay_;
};

TEST(BlockReplay, FollowsABlockThroughTheWindowsOfItsThread) {
  ThreadEvents thread(1);
  const auto first = thread.alloc(0x10000, 100, 2).alloc(0x20000, 50, 3).fold(2000);
  const auto second = thread.free(0x10000).alloc(0x10000, 10, 3).fold(3000);
  const ReplayResult result = Replayer().add(first).add(second).finish();
  EXPECT_EQ(result.frees, 1U);
  EXPECT_EQ(result.leaked_allocations, 2U);
  EXPECT_EQ(result.leaked_bytes, 60U);
  EXPECT_EQ(result.sites.at(3).leaked_allocations, 2U);
  EXPECT_EQ(result.peak_bytes, 150U);
  EXPECT_EQ(result.unknown_frees + result.owed_frees + result.ambiguous_frees, 0U);
  EXPECT_EQ(result.threads, 1U);
  EXPECT_FALSE(result.windows_overlap);
}

TEST(BlockReplay, ThePeakIsExactWhereFoldedPairsRiseBetweenListedBlocks) {
  ThreadEvents thread(1);
  thread.alloc(0x10000, 10, 2);
  thread.alloc(0x20000, 100, 2).alloc(0x30000, 200, 2).free(0x20000).free(0x30000);  // 310 here
  thread.alloc(0x40000, 5, 2).pair(0x20000, 290, 2);                                 // 305 here
  const ReplayResult result = Replayer().add(thread.fold(2000)).finish();
  EXPECT_EQ(result.peak_bytes, 310U);
}

TEST(BlockReplay, KnowsWhoseAPeakOfListedPairsIs) {
  ThreadEvents thread(1);
  thread.alloc(0x10000, 10, 2);
  thread.alloc(0x20000, 100, 3).alloc(0x30000, 200, 4).free(0x20000).free(0x30000);
  const ReplayResult result = Replayer().add(thread.fold(2000)).finish();
  EXPECT_EQ(result.peak_bytes, 310U);
  EXPECT_EQ(result.peak_short_lived_bytes, 0U);
  EXPECT_EQ(result.sites.at(2).peak.bytes, 10U);
  EXPECT_EQ(result.sites.at(3).peak.bytes, 100U);
  EXPECT_EQ(result.sites.at(4).peak.bytes, 200U);
  EXPECT_EQ(result.leaked_allocations, 1U) << "a pair leaks nothing";
  EXPECT_EQ(result.frees, 2U);
}

TEST(BlockReplay, AFreeAsTheFirstThingOfAWindowIsTemporaryForTheSiteOfItsBlock) {
  ThreadEvents thread(1);
  const auto first = thread.alloc(0x10000, 100, 2).fold(2000);
  const auto second = thread.free(0x10000).fold(3000);
  const ReplayResult result = Replayer().add(first).add(second).finish();
  EXPECT_EQ(result.temporary, 1U);
  EXPECT_EQ(result.sites.at(2).temporary, 1U);
}

TEST(BlockReplay, AFreeOfAnotherThreadMatchesInEitherOrderOfTheWindows) {
  for (const bool free_first : {false, true}) {
    ThreadEvents owner(1);
    ThreadEvents other(2);
    const auto allocated = owner.alloc(0x10000, 100, 2).fold(2000);
    const auto freed = other.free(0x10000).fold(2000);
    Replayer replay;
    replay.add(free_first ? freed : allocated).add(free_first ? allocated : freed);
    const ReplayResult result = replay.finish();
    EXPECT_EQ(result.frees, 1U);
    EXPECT_EQ(result.leaked_allocations, 0U);
    EXPECT_EQ(result.unknown_frees + result.owed_frees + result.ambiguous_frees, 0U);
    EXPECT_EQ(result.peak_bytes, 100U);
    EXPECT_TRUE(result.windows_overlap);
  }
}

TEST(BlockReplay, AnAddressReusedBeforeItsFreeIsSeenOwesThatFree) {
  ThreadEvents owner(1);
  ThreadEvents other(2);
  const auto freed = other.free(0x10000).fold(2500);
  const auto first = owner.alloc(0x10000, 100, 2).fold(2000);
  const auto second = owner.alloc(0x10000, 30, 3).fold(3000);
  const ReplayResult result = Replayer().add(first).add(second).add(freed).finish();
  EXPECT_EQ(result.leaked_allocations, 1U);
  EXPECT_EQ(result.sites.at(3).leaked_bytes, 30U);
  EXPECT_EQ(result.owed_frees, 0U);
  EXPECT_EQ(result.peak_bytes, 100U);
  EXPECT_EQ(result.ambiguous_frees, 0U);  // both blocks are of one thread, whose order is known
}

TEST(BlockReplay, AnOwedFreeThatNeverComesIsCounted) {
  ThreadEvents owner(1);
  owner.alloc(0x10000, 100, 2).alloc(0x10000, 30, 3);
  EXPECT_EQ(Replayer().add(owner.fold(2000)).finish().owed_frees, 1U);
}

TEST(BlockReplay, AThreadsOwnFreeIsNotPaidToAnOlderBlock) {
  ThreadEvents owner(1);
  ThreadEvents other(2);
  const auto first = owner.alloc(0x10000, 100, 2).fold(2000);
  const auto second = owner.alloc(0x10000, 30, 3).fold(3000);
  const auto third = owner.free(0x10000).alloc(0x20000, 1000, 2).fold(4000);
  const auto freed = other.free(0x10000).fold(4000);
  const ReplayResult result = Replayer().add(first).add(second).add(third).add(freed).finish();
  EXPECT_EQ(result.leaked_bytes, 1000U);
  EXPECT_EQ(result.owed_frees, 0U);
  EXPECT_EQ(result.peak_bytes, 1000U);  // the block of 30 bytes was gone by then
}

TEST(BlockReplay, AThreadThatFreesAnothersBlockAndTakesItsAddressKeepsItsOwn) {
  ThreadEvents owner(1);
  ThreadEvents other(2);
  const auto allocated = owner.alloc(0x10000, 100, 2).fold(2000);
  const auto reused = other.free_unproved(0x10000, 0).alloc(0x10000, 30, 3, 1).fold(1900);
  const ReplayResult result = Replayer().add(reused).add(allocated).finish();
  EXPECT_EQ(result.leaked_allocations, 1U);
  EXPECT_EQ(result.sites.at(3).leaked_bytes, 30U);
  EXPECT_EQ(result.unknown_frees, 0U);
}

TEST(BlockReplay, AFreeThatSeemedToBeOfAnOlderBlockWaitsForTheLaterOneOnceTheOwnerFreesItsOwn) {
  ThreadEvents owner(1);
  ThreadEvents other(2);
  const auto first = owner.alloc(0x10000, 24, 2).fold(2000);
  const auto freed = other.free(0x10000).fold(2500);  // of the block of 16 bytes, written before its window
  const auto second = owner.free(0x10000).alloc(0x10000, 16, 3).fold(3000);
  const ReplayResult result = Replayer().add(first).add(freed).add(second).finish();
  EXPECT_EQ(result.leaked_allocations, 0U);
  EXPECT_EQ(result.unknown_frees + result.owed_frees, 0U);
}

// Written in the wrong order: the block that is live at the end, then the free of the one before it, then that one.
TEST(BlockReplay, AStampTellsThatAFreeCameBeforeAnAllocation) {
  ThreadEvents first(1);
  ThreadEvents second(2);
  ThreadEvents third(3);
  const auto last = third.alloc(0x10000, 7, 4, 1).fold(2000);
  const auto freed = second.free_unproved(0x10000, 0).fold(2000);
  const auto before = first.alloc(0x10000, 100, 2, 0).fold(2000);
  const ReplayResult result = Replayer().add(last).add(freed).add(before).finish();
  EXPECT_EQ(result.leaked_allocations, 1U);
  EXPECT_EQ(result.leaked_bytes, 7U);
  EXPECT_EQ(result.unknown_frees + result.owed_frees, 0U);
}

TEST(BlockReplay, OfSeveralThatMayBeLiveTheLatestStampIs) {
  ThreadEvents first(1);
  ThreadEvents second(2);
  const auto one = first.alloc(0x10000, 100, 2, 5).fold(2000);
  const auto two = second.free_unproved(0x10000, 5).alloc(0x10000, 7, 4, 6).fold(2000);
  for (const auto& [a, b] : {std::pair(one, two), std::pair(two, one)}) {
    const ReplayResult result = Replayer().add(a).add(b).finish();
    EXPECT_EQ(result.leaked_bytes, 7U);
    EXPECT_EQ(result.unknown_frees + result.owed_frees, 0U);
  }
}

// A temporary free is of the address that the thread allocated last, which another thread may have taken meanwhile.
TEST(BlockReplay, ABlockOfAnotherThreadIsNotTemporary) {
  ThreadEvents owner(1);
  ThreadEvents other(2);
  const auto allocated = owner.alloc(0x10000, 100, 2, 0).fold(2000);
  const auto taken = other.free_unproved(0x10000, 0).alloc(0x10000, 50, 3, 1).fold(2100);
  const auto freed = owner.free_unproved(0x10000, 1).fold(3000);
  const ReplayResult result = Replayer().add(allocated).add(taken).add(freed).finish();
  EXPECT_EQ(result.temporary, 0U);
  EXPECT_EQ(result.leaked_allocations, 0U);
}

TEST(BlockReplay, AFreeBeforeAnAllocationsWindowBeganCannotBeOfThatBlock) {
  ThreadEvents early(1, 1000);
  ThreadEvents late(2, 5000);
  const auto freed = early.free(0x10000).fold(2000);  // of a block from before the trace
  const auto allocated = late.alloc(0x10000, 10, 2).fold(6000);
  const ReplayResult result = Replayer().add(freed).add(allocated).finish();
  EXPECT_EQ(result.unknown_frees, 1U);
  EXPECT_EQ(result.leaked_allocations, 1U);
  EXPECT_FALSE(result.windows_overlap);
}

TEST(BlockReplay, FreesOfBlocksThatNobodyAllocatedAreUnknown) {
  ThreadEvents thread(1);
  thread.free(0x10000).free(0x10000).alloc(0x10000, 10, 2);
  const ReplayResult result = Replayer().add(thread.fold(2000)).finish();
  EXPECT_EQ(result.unknown_frees, 2U);
  EXPECT_EQ(result.leaked_allocations, 1U);
}

TEST(BlockReplay, TwoBlocksOfOtherThreadsAndOtherSizesAreAmbiguous) {
  ThreadEvents a(1);
  ThreadEvents b(2);
  ThreadEvents c(3);
  const auto first = a.alloc(0x10000, 100, 2).fold(2000);
  const auto second = b.alloc(0x10000, 30, 3).fold(2000);
  const auto freed = c.free(0x10000).fold(2000);
  EXPECT_EQ(Replayer().add(first).add(second).add(freed).finish().ambiguous_frees, 1U);
  EXPECT_EQ(Replayer().add(freed).add(first).add(second).finish().ambiguous_frees, 1U);
}

TEST(BlockReplay, BlocksOfMallocopItselfMatchButCountNowhere) {
  ThreadEvents owner(1);
  ThreadEvents other(2);
  const auto freed = other.free(0x10000).fold(2000);
  const auto allocated = owner.alloc(0x10000, 500, trace::kToolStack).alloc(0x30000, 7, trace::kToolStack).fold(2000);
  const auto later = owner.alloc(0x20000, 8, 2).free(0x30000).fold(3000);
  const ReplayResult result = Replayer().add(freed).add(allocated).add(later).finish();
  EXPECT_EQ(result.frees, 0U);
  EXPECT_EQ(result.unknown_frees, 0U);
  EXPECT_EQ(result.leaked_allocations, 1U);
  EXPECT_EQ(result.peak_bytes, 8U);
}

}  // namespace
}  // namespace mallocop::report
