// Pairs that a window lists, so that it is known whose its highest level is.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/trace/fold_harness.h"

namespace mallocop::trace {
namespace {

using Kind = WindowBlock::Kind;

std::vector<Kind> kinds_of(const Window& window) {
  std::vector<Kind> kinds;
  for (const WindowBlock& block : window.blocks) kinds.push_back(block.kind);
  return kinds;
}

size_t count(const Window& window, Kind kind) {
  const std::vector<Kind> kinds = kinds_of(window);
  return static_cast<size_t>(std::count(kinds.begin(), kinds.end(), kind));
}

// Two blocks of one size, the first of which is freed first, again and again.
void alternate(FoldHarness& thread, uint64_t size, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    thread.alloc(0x1000, size, 11);
    thread.alloc(0x2000, size, 12);
    thread.free(0x1000);
    thread.free(0x2000);
  }
}

class FoldPairs : public ::testing::Test {
 protected:
  FoldHarness thread_;
};

TEST_F(FoldPairs, ThatAreLiveWhenMostBytesWereAreListedWhereTheyHappened) {
  thread_.alloc(0x1000, 100, 11);
  thread_.alloc(0x2000, 1000, 12);
  thread_.alloc(0x3000, 5, 13);  // survives, and is the highest moment
  thread_.free(0x1000);
  thread_.free(0x2000);
  const Window window = thread_.whole_window();
  ASSERT_EQ(kinds_of(window),
            (std::vector{Kind::kPairBegin, Kind::kPairBegin, Kind::kAlloc, Kind::kPairEnd, Kind::kPairEnd}));
  const auto stack_of = [&](size_t entry) { return window.sites[window.blocks[entry].site].stack; };
  EXPECT_EQ(stack_of(0), 11U);
  EXPECT_EQ(stack_of(1), 12U);
  EXPECT_EQ(stack_of(3), 11U);
  EXPECT_EQ(stack_of(4), 12U);
  EXPECT_EQ(window.blocks[1].size, 1000U);
  EXPECT_EQ(window.blocks[4].size, 1000U);
  for (const WindowBlock& block : window.blocks) EXPECT_EQ(block.level_before, 0U) << "all of it is listed";
  EXPECT_EQ(window.level_after, 0U);
}

TEST_F(FoldPairs, ThatCameEarlierAreOnlyCountedIfTheyAreSmall) {
  alternate(thread_, 20, 10);
  thread_.alloc(0x1000, 10'000, 13);
  thread_.alloc(0x2000, 10, 14);
  thread_.free(0x1000);
  thread_.free(0x2000);
  const Window window = thread_.whole_window();
  ASSERT_EQ(kinds_of(window), (std::vector{Kind::kPairBegin, Kind::kPairBegin, Kind::kPairEnd, Kind::kPairEnd}));
  EXPECT_EQ(window.blocks[0].size, 10'000U);
  EXPECT_EQ(window.blocks[1].size, 10U);
  EXPECT_EQ(window.level_after, 0U) << "nothing but they was live when most was";
  EXPECT_EQ(window.sites[0].freed, 10U);
}

TEST_F(FoldPairs, OfOneEventAreListedOnceHoweverOftenItRepeats) {
  thread_.use_pairs(true);
  thread_.alloc(0x1000, 8, 11);
  for (int round = 0; round < 500; ++round) {
    thread_.alloc(0x2000, 64, 12);
    thread_.free(0x2000);
  }
  ASSERT_EQ(thread_.pending(), 2U);
  const Window window = thread_.whole_window();
  ASSERT_EQ(kinds_of(window), (std::vector{Kind::kAlloc, Kind::kPairBegin, Kind::kPairEnd}));
  EXPECT_EQ(window.blocks[1].size, 64U);
  EXPECT_EQ(window.blocks[2].level_before, 0U);
  EXPECT_EQ(window.level_after, 0U);
}

TEST_F(FoldPairs, ThatAnAllocationRepeatsReachNoMoreThanTheAllocation) {
  thread_.use_pairs(true);
  for (int round = 0; round < 10; ++round) {
    thread_.alloc(0x1000, 64, 12);
    if (round < 9) thread_.free(0x1000);
  }
  ASSERT_EQ(thread_.pending(), 1U);
  const Window window = thread_.whole_window();
  ASSERT_EQ(kinds_of(window), (std::vector{Kind::kAlloc}));
  EXPECT_EQ(window.blocks[0].level_before, 0U);
  EXPECT_EQ(window.sites[0].freed, 9U);
}

// A block that is large is listed though it was gone when most bytes were: frees of older blocks, whose sizes the
// window does not know, may have put the peak there.
TEST_F(FoldPairs, ThatAreLargeAreListedWheneverTheyWereLive) {
  thread_.alloc(0x1000, 1000, 11);
  thread_.alloc(0x2000, 1, 12);
  thread_.free(0x1000);
  thread_.free(0x9000);  // of an older block
  thread_.alloc(0x1000, 1100, 13);
  thread_.alloc(0x3000, 1, 14);
  thread_.free(0x1000);
  const Window window = thread_.whole_window();
  EXPECT_EQ(kinds_of(window), (std::vector{Kind::kPairBegin, Kind::kAlloc, Kind::kPairEnd, Kind::kFree,
                                           Kind::kPairBegin, Kind::kAlloc, Kind::kPairEnd}));
}

TEST_F(FoldPairs, OfOneSiteThatAreNotOfTheHighestMomentAreListedTwiceAtMost) {
  alternate(thread_, 50, 100);
  EXPECT_LE(thread_.whole_window().blocks.size(), 2 * 4U);
}

// A program that runs long must not have windows that grow with what is live in each.
TEST_F(FoldPairs, AreAllListedInTheFirstWindowsAndTheLargestOnesLater) {
  for (uint32_t number = 0; number < 12; ++number) {
    SCOPED_TRACE(number);
    for (uint64_t block = 0; block < 1000; ++block) thread_.alloc(0x1000 + 16 * block, block < 20 ? 5000 : 100, 11);
    for (uint64_t block = 0; block < 1000; ++block) thread_.free(0x1000 + 16 * block);
    const Window window = thread_.whole_window();
    const bool whole = number < 8;
    EXPECT_EQ(count(window, Kind::kPairBegin), whole ? 1000U : 32U);
    EXPECT_EQ(count(window, Kind::kPairEnd), count(window, Kind::kPairBegin));
    uint64_t most = window.level_after;
    for (const WindowBlock& block : window.blocks) most = std::max(most, block.level_before);
    EXPECT_EQ(most, whole ? 0U : 968U * 100) << "the large ones are listed";
  }
}

TEST_F(FoldPairs, OfTheToolAreNotListed) {
  thread_.alloc(0x1000, 1'000'000, kToolStack);
  thread_.alloc(0x2000, 10, 11);
  thread_.free(0x1000);
  thread_.free(0x2000);
  const Window window = thread_.whole_window();
  EXPECT_EQ(kinds_of(window), (std::vector{Kind::kPairBegin, Kind::kPairEnd}));
}

TEST_F(FoldPairs, OfHugeBlocksHaveTheirWholeSize) {
  const uint64_t size = (uint64_t{5} << 32) + 7;
  thread_.alloc(0x1000, size, 11);
  thread_.alloc(0x2000, 8, 12);
  thread_.free(0x1000);
  EXPECT_EQ(thread_.whole_window().blocks[0].size, size);
}

// In a window that knows all its blocks, nothing of its highest level is without an owner.
class FoldPairsRandom : public ::testing::TestWithParam<unsigned> {};

TEST_P(FoldPairsRandom, SayWhoseTheHighestLevelIs) {
  std::mt19937_64 random(GetParam());
  const auto below = [&](uint64_t limit) { return random() % limit; };
  FoldHarness thread;
  thread.use_pairs(GetParam() % 2 != 0);
  thread.name_partners(GetParam() % 4 > 1);

  std::map<uint64_t, std::pair<StackId, uint64_t>> live;  // by address
  std::map<StackId, uint64_t> owned, at_peak;
  uint64_t level = 0, peak = 0;
  const uint64_t addresses = 1 + below(100);
  while (thread.pending() + 2 < kRingEvents) {
    const uint64_t address = 0x1000 + 16 * below(addresses);
    if (const auto block = live.find(address); block != live.end()) {
      const auto [stack, size] = block->second;
      thread.free(address);
      owned[stack] -= size;
      level -= size;
      live.erase(block);
      continue;
    }
    const auto stack = static_cast<StackId>(kFirstStack + below(20));
    const uint64_t size = 1 + below(10) == 1 ? 100'000 + below(1000) : 1 + below(1000);
    thread.alloc(address, size, stack);
    live[address] = {stack, size};
    owned[stack] += size;
    level += size;
    if (level > peak) {
      peak = level;
      at_peak = owned;
    }
  }

  const Window window = thread.whole_window();
  std::map<StackId, uint64_t> found, found_at_peak;
  std::map<uint64_t, std::pair<StackId, uint64_t>> survivors;
  uint64_t listed = 0, highest = 0, without_owner = 0;
  const auto note = [&](uint64_t in_pairs) {
    if (listed + in_pairs <= highest) return;
    highest = listed + in_pairs;
    without_owner = in_pairs;
    found_at_peak = found;
  };
  for (const WindowBlock& block : window.blocks) {
    note(block.level_before);
    if (block.kind == Kind::kFree || block.kind == Kind::kTemporaryFree) {
      ADD_FAILURE() << "a free of a block that the window does not know";
      continue;
    }
    const StackId stack = window.sites[block.site].stack;
    if (block.kind == Kind::kPairEnd) {
      found[stack] -= block.size;
      listed -= block.size;
    } else {
      found[stack] += block.size;
      listed += block.size;
    }
    note(0);
  }
  note(window.level_after);
  EXPECT_EQ(highest, peak);
  EXPECT_EQ(without_owner, 0U);
  std::erase_if(at_peak, [](const auto& entry) { return entry.second == 0; });
  std::erase_if(found_at_peak, [](const auto& entry) { return entry.second == 0; });
  EXPECT_EQ(found_at_peak, at_peak);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldPairsRandom, ::testing::Range(1U, 41U));

}  // namespace
}  // namespace mallocop::trace
