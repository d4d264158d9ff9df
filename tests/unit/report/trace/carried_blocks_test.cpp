// What calls in several windows hold: the windows are the fold's own.
#include "report/trace/carried_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using test::ThreadEvents;

class Carried : public ::testing::Test {
 protected:
  // The thread's next window ends here.
  const std::vector<PartLevels>& fold() {
    window_ = trace::decode_window(thread_.fold(ticks_ += 1000)).value();
    return carried_.add(window_);
  }
  void expect(const std::vector<PartLevels>& levels, size_t part, uint64_t peak, uint64_t net) {
    ASSERT_LT(part, levels.size());
    EXPECT_TRUE(levels[part].known);
    EXPECT_EQ(levels[part].peak, peak);
    EXPECT_EQ(levels[part].net, net);
  }

  uint64_t ticks_ = 1000;
  ThreadEvents thread_{1};
  CarriedBlocks carried_;
  trace::Window window_;
};

TEST_F(Carried, WhatALaterPartFreesIsGone) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2).alloc(0x20000, 10, 2);
  EXPECT_TRUE(fold().empty());
  thread_.alloc(0x30000, 5, 2).free(0x10000);
  expect(fold(), 0, 115, 15);
  thread_.free(0x30000).pair(0x40000, 50, 2).free(0x20000).alloc(0x50000, 1, 2).end(2900);
  expect(fold(), 0, 60, 1);
}

TEST_F(Carried, WhatIsFreedAfterItsEndWasLive) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  fold();
  thread_.end(2100).free(0x10000).pair(0x20000, 1000, 3);
  expect(fold(), 0, 100, 100);
  EXPECT_TRUE(fold().empty());
}

TEST_F(Carried, AnotherBlockAtTheAddressMeansThatTheFirstIsGone) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  fold();
  thread_.alloc(0x10000, 30, 2);
  expect(fold(), 0, 100, 30);
}

TEST_F(Carried, AFreeWithoutProofIsAsGood) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  fold();
  thread_.free_unproved(0x10000, 7).end(2100);
  expect(fold(), 0, 100, 0);
}

TEST_F(Carried, TheNextCallAtALevelStartsWithNothing) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  fold();
  thread_.end(2100).begin(1, 2200).alloc(0x20000, 7, 2);
  expect(fold(), 0, 100, 100);
  thread_.free(0x10000).end(3100);
  expect(fold(), 0, 7, 7);
}

// Half of the blocks that a long call holds are replaced in each window: its peak does not grow with its length.
TEST_F(Carried, APeakIsNotTheSumOfItsParts) {
  thread_.begin(1, 1100);
  for (uint64_t i = 0; i < 100; ++i) thread_.alloc(0x10000 + i * 16, 10, 2);
  fold();
  for (uint64_t window = 1; window < 5; ++window) {
    for (uint64_t i = 0; i < 50; ++i) {
      thread_.free(0x10000 + ((window - 1) * 50 + i) * 16).alloc(0x10000 + ((window + 1) * 50 + i) * 16, 10, 2);
    }
    const PartLevels levels = fold().at(0);
    EXPECT_EQ(levels.net, 1000U);
    EXPECT_EQ(levels.peak, 1000U);
  }
}

TEST_F(Carried, ACallWhoseEndIsMissingIsForgotten) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  fold();
  thread_.end(2100);
  thread_.fold(ticks_ += 1000);  // lost
  thread_.begin(1, 3100).alloc(0x20000, 1, 2);
  fold();
  thread_.end(4100);
  expect(fold(), 0, 1, 1);
}

TEST_F(Carried, AnOldTraceSaysNothing) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  fold();
  thread_.end(2100);
  trace::Window window = trace::decode_window(thread_.fold(3000)).value();
  window.calls.at(0).blocks_before = trace::WindowCall::kUnknownWhen;
  const std::vector<PartLevels>& levels = carried_.add(window);
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_FALSE(levels[0].known);
}

// Random calls, one inside the other, cut into windows anywhere, against what is plainly so.
class CarriedAtRandom : public Carried {
 protected:
  struct Call {
    size_t window;  // it began in
    uint64_t level = 0;
    uint64_t peak = 0;
    uint64_t net = 0;   // when it ended
    uint64_t said = 0;  // its peak, by the parts so far
  };
  struct Block {
    uint64_t size;
    size_t call;
  };

  void step() {
    const unsigned kind = random() % 100;
    if (kind < 80) {
      touch(0x10000 + random() % 300 * 16);
    } else if (kind < 89 && open_.size() < 4) {
      open_.push_back(calls_.size());
      calls_.push_back({.window = windows_});
      thread_.begin(1, ++ticks_);
    } else if (kind < 98 && !open_.empty()) {
      Call& call = calls_[open_.back()];
      call.net = call.level;
      if (call.window != windows_) ended_.push_back(open_.back());
      open_.pop_back();
      thread_.end(++ticks_);
    } else if (random() % 20 == 0 || thread_.events().size() > 3000) {
      cut();
    }
  }
  // Frees the block at the address, or makes one.
  void touch(uint64_t address) {
    if (const auto block = live_.find(address); block != live_.end()) {
      calls_[block->second.call].level -= block->second.size;
      live_.erase(block);
      random() % 2 == 0 ? thread_.free(address) : thread_.free_unproved(address, 1);
    } else if (!open_.empty()) {
      Call& call = calls_[open_.back()];
      const uint64_t size = 1 + random() % 100;
      live_[address] = {size, open_.back()};
      call.level += size;
      call.peak = std::max(call.peak, call.level);
      thread_.alloc(address, size, static_cast<trace::StackId>(2 + open_.size()));
    }
  }
  void cut() {
    const std::vector<PartLevels>& levels = fold();
    std::vector<size_t> parts = ended_;
    std::vector<size_t> first_parts;
    for (const size_t call : open_) (calls_[call].window == windows_ ? first_parts : parts).push_back(call);
    ASSERT_EQ(levels.size(), parts.size());
    for (size_t part = 0; part < parts.size(); ++part) {
      Call& call = calls_[parts[part]];
      ASSERT_EQ(levels[part].net, part < ended_.size() ? call.net : call.level);
      call.said = std::max(call.said, levels[part].peak);
    }
    size_t next = 0;
    for (const trace::WindowCall& row : window_.calls) {
      if (row.begins && !row.ends) calls_[first_parts.at(next++)].said = row.peak;
    }
    for (const size_t index : ended_) {
      ++in_parts_;
      EXPECT_GE(calls_[index].said, calls_[index].peak);
      exact_ += calls_[index].said == calls_[index].peak;
    }
    ended_.clear();
    ++windows_;
  }
  unsigned random() { return static_cast<unsigned>(engine_()); }

  std::mt19937 engine_{1};
  std::vector<Call> calls_;    // all that ever were
  std::vector<size_t> open_;   // innermost last
  std::vector<size_t> ended_;  // in the window at hand, begun before it
  std::map<uint64_t, Block> live_;
  size_t windows_ = 0;
  size_t in_parts_ = 0;
  size_t exact_ = 0;
};

TEST_F(CarriedAtRandom, AgreesWithASimulation) {
  for (int i = 0; i < 500'000 && !HasFatalFailure(); ++i) step();
  EXPECT_GT(in_parts_, 300U);
  EXPECT_GT(exact_, in_parts_ / 2) << "of " << in_parts_;
}

}  // namespace
}  // namespace mallocop::report
