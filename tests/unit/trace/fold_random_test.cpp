// The fold against a plain simulation: random programs, cut into windows of random length, must come to the same
// totals, the same peak and the same live blocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/trace/fold_harness.h"

namespace mallocop::trace {
namespace {

struct Totals {
  uint64_t allocations = 0, bytes = 0, frees = 0, temporary = 0, peak = 0;
  std::map<uint64_t, uint64_t> live;  // address to size
  std::map<OperationId, uint64_t> calls, call_allocations;

  friend bool operator==(const Totals&, const Totals&) = default;
};

// What a reader does with windows of a single thread.
class Reader {
 public:
  void add(const Window& window) {
    for (const WindowSite& site : window.sites) {
      totals_.allocations += site.allocations;
      totals_.bytes += site.bytes;
      totals_.temporary += site.temporary;
    }
    totals_.frees += window.frees;
    for (const WindowBlock& block : window.blocks) {
      note_level(block.level_before);
      if (block.kind == WindowBlock::Kind::kPairBegin) {
        level_ += block.size;
        note_level(0);
      } else if (block.kind == WindowBlock::Kind::kPairEnd) {
        level_ -= block.size;
      } else if (block.kind == WindowBlock::Kind::kAlloc) {
        EXPECT_TRUE(totals_.live.emplace(block.address, block.size).second);
        level_ += block.size;
        note_level(0);
      } else {
        const auto found = totals_.live.find(block.address);
        ASSERT_NE(found, totals_.live.end());
        level_ -= found->second;
        totals_.live.erase(found);
        totals_.temporary += block.kind == WindowBlock::Kind::kTemporaryFree;
      }
    }
    note_level(window.level_after);
    for (const WindowCall& call : window.calls) {
      if (call.ends) totals_.calls[call.operation] += call.repeat;
      totals_.call_allocations[call.operation] += call.repeat * call.allocations;
      for (const WindowCallSite& site : call.sites) EXPECT_EQ(window.sites[site.site].operation, call.operation);
    }
  }
  const Totals& totals() const { return totals_; }

 private:
  void note_level(uint64_t folded) { totals_.peak = std::max(totals_.peak, level_ + folded); }
  Totals totals_;
  uint64_t level_ = 0;
};

class FoldRandom : public ::testing::TestWithParam<unsigned> {};

TEST_P(FoldRandom, AgreesWithASimulation) {
  std::mt19937_64 random(GetParam());
  const auto below = [&](uint64_t limit) { return random() % limit; };
  FoldHarness thread;
  thread.use_pairs(GetParam() % 2 != 0);
  Reader reader;
  Totals expected;
  std::vector<std::pair<OperationId, uint32_t>> open;
  uint64_t level = 0, last_block = 0;
  const uint64_t addresses = 1 + below(200), window_length = 1 + below(kRingEvents - 128);

  const auto release = [&](uint64_t address) {
    expected.temporary += address == last_block;
    if (address == last_block) last_block = 0;
    level -= expected.live[address];
    expected.live.erase(address);
    ++expected.frees;
  };
  const auto allocate = [&](uint64_t address, uint64_t size) {
    expected.live[address] = size;
    level += size;
    expected.peak = std::max(expected.peak, level);
    ++expected.allocations;
    expected.bytes += size;
    last_block = address;
    if (!open.empty()) ++expected.call_allocations[open.back().first];
  };

  for (int step = 0; step < 20'000; ++step) {
    if (thread.pending() >= window_length) reader.add(thread.whole_window());
    // Not every free has a partner: the recorder's table forgets.
    if (GetParam() % 4 > 1) thread.name_partners(below(8) != 0);
    const uint64_t address = 0x1000 + 16 * below(addresses);
    const uint64_t choice = below(20);
    if (choice < 2 && open.size() < 5) {
      const auto operation = static_cast<OperationId>(1 + below(3));
      open.emplace_back(operation, thread.begin(operation));
      expected.call_allocations[operation] += 0;
    } else if (choice < 4 && !open.empty()) {
      thread.end(open.back().first, open.back().second);
      ++expected.calls[open.back().first];
      open.pop_back();
    } else if (!expected.live.contains(address)) {
      const uint64_t size = below(10) == 0 ? (uint64_t{1} << 32) + below(1000) : below(1000);
      thread.alloc(address, size, static_cast<StackId>(kFirstStack + below(20)));
      allocate(address, size);
    } else if (choice < 6) {
      // The same block again and again.
      const auto stack = static_cast<StackId>(kFirstStack + below(20));
      const uint64_t size = expected.live[address];
      for (uint64_t round = below(50); round > 0; --round) {
        thread.free(address);
        release(address);
        thread.alloc(address, size, stack);
        allocate(address, size);
      }
    } else if (choice < 8) {
      const uint64_t size = below(1000);
      thread.reallocate(address, address, size, static_cast<StackId>(kFirstStack + below(20)));
      release(address);
      allocate(address, size);
    } else {
      thread.free(address);
      release(address);
    }
  }
  while (!open.empty()) {
    thread.end(open.back().first, open.back().second);
    ++expected.calls[open.back().first];
    open.pop_back();
  }
  reader.add(thread.whole_window());

  const Totals& found = reader.totals();
  EXPECT_EQ(found.allocations, expected.allocations);
  EXPECT_EQ(found.bytes, expected.bytes);
  EXPECT_EQ(found.frees, expected.frees);
  EXPECT_EQ(thread.blocks(), (BlockTotals{expected.allocations, expected.bytes, expected.frees}));
  EXPECT_EQ(found.temporary, expected.temporary);
  EXPECT_EQ(found.peak, expected.peak);
  EXPECT_EQ(found.live, expected.live);
  EXPECT_EQ(found.calls, expected.calls);
  EXPECT_EQ(found.call_allocations, expected.call_allocations);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldRandom, ::testing::Range(1U, 101U));

}  // namespace
}  // namespace mallocop::trace
