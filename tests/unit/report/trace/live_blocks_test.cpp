#include "report/trace/live_blocks.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace mallocop::report {
namespace {

bool operator==(const LiveBlock& a, const LiveBlock& b) {
  return a.site == b.site && a.window == b.window && a.stamp == b.stamp && a.size == b.size;
}

class LiveBlocksTest : public testing::Test {
 protected:
  void set(uint64_t address, const LiveBlock& block) {
    blocks_.set(address, block);
    expected_[address] = block;
  }
  void erase(uint64_t address) {
    blocks_.erase(address);
    expected_.erase(address);
  }
  void compare() {
    for (const auto& [address, block] : expected_) {
      const std::optional<LiveBlock> found = blocks_.find(address);
      ASSERT_TRUE(found.has_value()) << address;
      EXPECT_TRUE(*found == block) << address;
    }
    size_t count = 0;
    uint64_t bytes = 0;
    blocks_.for_each([&](const LiveBlock& block) {
      ++count;
      bytes += block.size;
    });
    EXPECT_EQ(count, expected_.size());
    for (const auto& [address, block] : expected_) bytes -= block.size;
    EXPECT_EQ(bytes, 0U);
  }

  LiveBlocks blocks_;
  std::unordered_map<uint64_t, LiveBlock> expected_;
};

TEST_F(LiveBlocksTest, HasNothingAtFirst) {
  EXPECT_FALSE(blocks_.find(0).has_value());
  EXPECT_FALSE(blocks_.find(~uint64_t{0}).has_value());
  blocks_.erase(16);
  compare();
}

// Dense, thin, odd addresses and sizes that no place can hold, replaced and removed at random.
TEST_F(LiveBlocksTest, AgreesWithTheStandardMap) {
  std::mt19937_64 random(11);  // NOLINT(cert-msc51-cpp): the same numbers in every run
  for (uint32_t step = 0; step < 200'000; ++step) {
    const uint64_t sort = random() % 8;
    const uint64_t address = sort < 5    ? 0x5555'0000'0000 + random() % 20'000 * 32
                             : sort == 5 ? random() % 500 << 30
                             : sort == 6 ? random() % 5000
                                         : (random() % 300 + 1) * 4096;
    if (random() % 3 == 0) {
      erase(address);
    } else {
      const uint64_t size = random() % 100 == 0 ? uint64_t{UINT32_MAX} - 2 + random() % 5 : random() % 1000;
      const bool later = step > 100'000;  // blocks of before then have no window
      set(address, {step % 7 == 0 ? kToolSite : step, later ? step : 0, later ? step % 3 : 0, size});
    }
  }
  compare();
}

TEST_F(LiveBlocksTest, BlocksFarApartTakeNoPagesOfTheirOwn) {
  for (uint64_t index = 0; index < 50'000; ++index) set(index << 24, {1, 0, 0, index});
  compare();
}

}  // namespace
}  // namespace mallocop::report
