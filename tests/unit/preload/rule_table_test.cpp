#include "preload/unwind/rule_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace mallocop::preload {
namespace {

Rule rule_of(uintptr_t address) {
  return Rule::frame(RuleKind::kStackPointer, 1, static_cast<int64_t>(8 * (address % 100'000)), false, 0);
}

class RuleTableTest : public ::testing::Test {
 protected:
  RuleTableTest() { EXPECT_TRUE(table_->start()); }
  std::unique_ptr<RuleTable> table_ = std::make_unique<RuleTable>();
};

TEST_F(RuleTableTest, FindsWhatWasInsertedThroughManyGrowths) {
  constexpr uintptr_t kFirst = 0x400000, kCount = 100'000;
  for (uintptr_t address = kFirst; address < kFirst + kCount; ++address) {
    EXPECT_EQ(table_->find(address).kind(), RuleKind::kUnknown);
    table_->insert(address, rule_of(address));
    EXPECT_EQ(table_->find(address), rule_of(address));
  }
  for (uintptr_t address = kFirst; address < kFirst + kCount; ++address)
    ASSERT_EQ(table_->find(address), rule_of(address));
}

TEST_F(RuleTableTest, DropForgetsARangeAndNothingElse) {
  for (uintptr_t address = 1000; address < 2000; ++address) table_->insert(address, rule_of(address));
  table_->drop(1200, 1300);
  for (uintptr_t address = 1000; address < 2000; ++address)
    EXPECT_EQ(table_->find(address).kind() == RuleKind::kUnknown, address >= 1200 && address < 1300);
  const Rule other(RuleKind::kOutermost, 9);
  table_->insert(1250, other);
  EXPECT_EQ(table_->find(1250), other);
}

// What a reader finds is always the rule of that address, whoever inserts and whatever grows meanwhile.
TEST_F(RuleTableTest, ReadersNeverSeeARuleOfAnotherAddress) {
  constexpr uintptr_t kAddresses = 40'000;
  constexpr int kThreads = 4;
  std::atomic<bool> wrong{false};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (uintptr_t step = 1; step <= kAddresses; ++step) {
        const uintptr_t address = (step * 7919 + static_cast<uintptr_t>(thread)) % kAddresses + 1;
        const Rule found = table_->find(address);
        if (found.kind() == RuleKind::kUnknown) {
          table_->insert(address, rule_of(address));
        } else if (!(found == rule_of(address))) {
          wrong = true;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(wrong);
}

}  // namespace
}  // namespace mallocop::preload
