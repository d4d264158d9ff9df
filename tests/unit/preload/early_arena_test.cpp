#include "preload/early_arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace mallocop::preload {
namespace {

TEST(EarlyArena, BlocksAreZeroFilledAlignedAndKnowTheirSize) {
  for (const size_t alignment : {size_t{1}, size_t{16}, size_t{64}, size_t{4096}}) {
    auto* const block = static_cast<unsigned char*>(early_allocate(100, alignment));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % std::max(alignment, size_t{16}), 0U);
    EXPECT_EQ(early_block_size(block), 100U);
    EXPECT_TRUE(is_early_block(block));
    for (int index = 0; index < 100; ++index) EXPECT_EQ(block[index], 0);
  }
}

TEST(EarlyArena, ABlockOfNoBytesHasAnAddressOfItsOwn) {
  void* const first = early_allocate(0);
  void* const second = early_allocate(0);
  EXPECT_NE(first, second);
  EXPECT_TRUE(is_early_block(first));
}

TEST(EarlyArena, OtherMemoryIsNotOfTheArena) {
  int local = 0;
  const std::vector<char> heap(100);
  EXPECT_FALSE(is_early_block(&local));
  EXPECT_FALSE(is_early_block(heap.data()));
  EXPECT_FALSE(is_early_block(nullptr));
}

TEST(EarlyArena, DoesNotRunOut) {
  std::vector<unsigned char*> blocks;
  for (int count = 0; count < 100; ++count) {
    auto* const block = static_cast<unsigned char*>(early_allocate(kEarlyArenaSize / 10));
    ASSERT_NE(block, nullptr);
    std::memset(block, count, kEarlyArenaSize / 10);
    blocks.push_back(block);
  }
  for (size_t index = 0; index < blocks.size(); ++index) {
    EXPECT_TRUE(is_early_block(blocks[index]));
    EXPECT_EQ(early_block_size(blocks[index]), kEarlyArenaSize / 10);
    EXPECT_EQ(blocks[index][0], index);
    EXPECT_EQ(blocks[index][kEarlyArenaSize / 10 - 1], index);
  }
}

TEST(EarlyArena, AnImpossibleSizeIsRefused) { EXPECT_EQ(early_allocate(SIZE_MAX - 8), nullptr); }

}  // namespace
}  // namespace mallocop::preload
