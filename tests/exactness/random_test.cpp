// Random stacks of one thread.
#include "tests/exactness/exactness_test.h"

namespace mallocop::exactness {
namespace {

class RandomStacks : public Exactness {
 protected:
  const OtherStacks other_stacks_;
};

TEST_F(RandomStacks, OfAllKinds) {
  walk_until({.list = all_frames().list()}, share(26), seed());
  const Counts now = counts();
  EXPECT_GT(now.by_read_set, before_.by_read_set);
  EXPECT_GT(now.by_rules, before_.by_rules);
  EXPECT_GT(now.joined, before_.joined);
  EXPECT_GT(now.by_oracle, before_.by_oracle);
  EXPECT_GT(now.truncated, before_.truncated);
}

// Millions of possible stacks for each of few return addresses and stack pointers.
TEST_F(RandomStacks, ThatDifferInTheMiddle) {
  walk_until({.list = kTwinFrames, .most_frames = 8, .between = 0}, share(8), seed());
}

// Frames lie where others lay, and much of these is still there. Half of the stacks are taken in the frames themselves,
// which leave the frame pointer of their caller in its register, and not in a leaf, which saves it.
TEST_F(RandomStacks, OverTheRemainsOfOthers) {
  const Mixture mixture{{kTwinFrames, 1}, {kRoundFrames, 16}, {kPlainFrames, 1}};
  walk_until({.list = mixture.list(), .most_frames = 8, .between = 4}, share(4), seed());
  walk_until({.list = mixture.list(), .most_frames = 8, .between = 2, .leaf = do_nothing}, share(4), seed() + 1);
}

// As in a loop: few distinct stacks, which stay in the cache.
TEST_F(RandomStacks, ThatComeBack) {
  for (uint64_t round = 0; round < 8; ++round) {
    const uint64_t first = seed() + round * 1000;
    const uint64_t end = counts().stacks + share(12) / 8;
    Random random(first);
    while (counts().stacks < end) walk_once({.list = all_frames().list()}, first + random.below(20));
  }
  EXPECT_GT(counts().by_read_set, before_.by_read_set);
}

// The stacks are taken where libraries allocate: exceptions, containers, the C library.
TEST_F(RandomStacks, OfCallersOfMalloc) {
  const ComparingInMalloc comparing;
  walk_until({.list = all_frames().list(), .between = 0}, share(10), seed());
}

TEST_F(RandomStacks, DeeperThanTheLimit) {
  static constexpr Frame kOneDeeper[] = {[](Walk& walk) { go_on(walk); }};
  for (const uint32_t depth : {1000U, 3000U, 6000U}) {
    Walk walk{.random = Random(seed()), .depth = depth, .between = 0, .list = {kOneDeeper, 1}, .leaf = compare_at_leaf};
    go_on(walk);
  }
  EXPECT_EQ(counts().truncated, before_.truncated + 1);
}

}  // namespace
}  // namespace mallocop::exactness
