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
  StackRef intern(const StackRef& parent, uintptr_t address, trace::ModuleIndex module = 0, uint16_t flags = 0) {
    return table_->intern(parent, {address, module, flags});
  }
  StackTableTest() {
    EXPECT_EQ(live_.create(folder_.file("x.live").c_str(), 1), 0);
    EXPECT_TRUE(table_->start(live_, functions_));
  }
  TemporaryFolder folder_;
  LiveFile live_;
  Functions functions_;
  std::unique_ptr<StackTable> table_ = std::make_unique<StackTable>();
};

TEST_F(StackTableTest, AStackHasOneId) {
  const StackRef outer = intern({}, 0x1000, 1, 0);
  const StackRef inner = intern(outer, 0x2000, 1, 0);
  EXPECT_GE(outer.id, trace::kFirstStack);
  EXPECT_GT(inner.id, outer.id);
  EXPECT_EQ(intern({}, 0x1000, 1, 0).id, outer.id);
  EXPECT_EQ(intern(outer, 0x2000, 1, 0).id, inner.id);
}

TEST_F(StackTableTest, EveryPartOfANodeTellsStacksApart) {
  const StackRef outer = intern({}, 0x1000, 1, 0);
  const StackRef stack = intern(outer, 0x2000, 1, 0);
  EXPECT_NE(intern({}, 0x2000, 1, 0).id, stack.id);
  EXPECT_NE(intern(outer, 0x2001, 1, 0).id, stack.id);
  EXPECT_NE(intern(outer, 0x2000, 2, 0).id, stack.id);
  EXPECT_NE(intern(outer, 0x2000, 1, trace::kNodeTruncated).id, stack.id);
}

TEST_F(StackTableTest, GrowsAndStaysConsistent) {
  constexpr uintptr_t kStacks = 200'000;  // several tables, several chunks of nodes
  std::vector<trace::StackId> ids;
  for (uintptr_t address = 1; address <= kStacks; ++address) ids.push_back(intern({}, address).id);
  for (uintptr_t address = 1; address <= kStacks; ++address) ASSERT_EQ(intern({}, address).id, ids[address - 1]);
}

// Threads that race for the same stacks may get two ids for one of them, but never one id for two.
TEST_F(StackTableTest, AnIdNeverStandsForTwoStacks) {
  constexpr int kThreads = 4;
  constexpr uintptr_t kStacks = 30'000;
  std::vector<std::vector<trace::StackId>> ids(kThreads, std::vector<trace::StackId>(kStacks));
  std::vector<std::thread> threads;
  for (std::vector<trace::StackId>& own : ids) {
    threads.emplace_back([&] {
      for (uintptr_t stack = 0; stack < kStacks; ++stack) own[stack] = intern({}, stack + 1).id;
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
