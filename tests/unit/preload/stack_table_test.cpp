#include "preload/stack_table.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "tests/unit/preload/temporary_folder.h"

namespace mallocop::preload {
namespace {

class StackTableTest : public ::testing::Test {
 protected:
  StackTableTest() {
    EXPECT_EQ(live_.create(folder_.file("x.live").c_str(), 1), 0);
    EXPECT_TRUE(table_->start(live_));
  }
  TemporaryFolder folder_;
  LiveFile live_;
  std::unique_ptr<StackTable> table_ = std::make_unique<StackTable>();
};

TEST_F(StackTableTest, AStackHasOneId) {
  const trace::StackId outer = table_->intern(trace::kNoParent, 0x1000, 1, 0);
  const trace::StackId inner = table_->intern(outer, 0x2000, 1, 0);
  EXPECT_GE(outer, trace::kFirstStack);
  EXPECT_GT(inner, outer);
  EXPECT_EQ(table_->intern(trace::kNoParent, 0x1000, 1, 0), outer);
  EXPECT_EQ(table_->intern(outer, 0x2000, 1, 0), inner);
}

TEST_F(StackTableTest, EveryPartOfANodeTellsStacksApart) {
  const trace::StackId outer = table_->intern(trace::kNoParent, 0x1000, 1, 0);
  const trace::StackId stack = table_->intern(outer, 0x2000, 1, 0);
  EXPECT_NE(table_->intern(trace::kNoParent, 0x2000, 1, 0), stack);
  EXPECT_NE(table_->intern(outer, 0x2001, 1, 0), stack);
  EXPECT_NE(table_->intern(outer, 0x2000, 2, 0), stack);
  EXPECT_NE(table_->intern(outer, 0x2000, 1, trace::kNodeTruncated), stack);
}

TEST_F(StackTableTest, GrowsAndStaysConsistent) {
  constexpr uintptr_t kStacks = 200'000;  // several tables, several chunks of nodes
  std::vector<trace::StackId> ids;
  for (uintptr_t address = 1; address <= kStacks; ++address)
    ids.push_back(table_->intern(trace::kNoParent, address, 0, 0));
  for (uintptr_t address = 1; address <= kStacks; ++address)
    ASSERT_EQ(table_->intern(trace::kNoParent, address, 0, 0), ids[address - 1]);
}

// Threads that race for the same stacks may get two ids for one of them, but never one id for two.
TEST_F(StackTableTest, AnIdNeverStandsForTwoStacks) {
  constexpr int kThreads = 4;
  constexpr uintptr_t kStacks = 30'000;
  std::vector<std::vector<trace::StackId>> ids(kThreads, std::vector<trace::StackId>(kStacks));
  std::vector<std::thread> threads;
  for (std::vector<trace::StackId>& own : ids) {
    threads.emplace_back([&] {
      for (uintptr_t stack = 0; stack < kStacks; ++stack)
        own[stack] = table_->intern(trace::kNoParent, stack + 1, 0, 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<trace::StackId, uintptr_t> meaning;
  for (const std::vector<trace::StackId>& own : ids) {
    for (uintptr_t stack = 0; stack < kStacks; ++stack) {
      ASSERT_GE(own[stack], trace::kFirstStack);
      const auto [known, fresh] = meaning.emplace(own[stack], stack);
      ASSERT_EQ(known->second, stack);
    }
  }
}

}  // namespace
}  // namespace mallocop::preload
