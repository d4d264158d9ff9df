// The table that gives stack nodes their numbers.
#include "report/trace/node_numbers.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mallocop::report {
namespace {

// Numbers nodes from 1 on, as they are first seen.
class Numbered {
 public:
  explicit Numbered(size_t most) : numbers_(most) {}
  uint32_t number_of(uint32_t parent, uint32_t frame) {
    const std::pair node(parent, frame);
    uint32_t& number = numbers_.place_of(parent, frame, [&](uint32_t other) { return known_[other - 1] == node; });
    if (number == 0) {
      known_.push_back(node);
      number = static_cast<uint32_t>(known_.size());
    }
    return number;
  }

 private:
  NodeNumbers numbers_;
  std::vector<std::pair<uint32_t, uint32_t>> known_;
};

TEST(NodeNumbers, AreTheSameForTheSameNodeAndNoOther) {
  Numbered nodes(4);
  EXPECT_EQ(nodes.number_of(0, 7), 1U);
  EXPECT_EQ(nodes.number_of(0, 8), 2U);
  EXPECT_EQ(nodes.number_of(1, 7), 3U);
  EXPECT_EQ(nodes.number_of(0, 7), 1U);
  EXPECT_EQ(nodes.number_of(1, 7), 3U);
}

// There is no room near a caller that has so many.
TEST(NodeNumbers, OfACallerWithThousandsOfNodesAreFoundAgain) {
  constexpr uint32_t kNodes = 20'000;
  Numbered nodes(size_t{2} * kNodes);
  for (uint32_t frame = 0; frame < kNodes; ++frame) ASSERT_EQ(nodes.number_of(5, frame), frame + 1);
  for (uint32_t parent = 0; parent < kNodes; ++parent) ASSERT_EQ(nodes.number_of(parent, 1 << 20), kNodes + parent + 1);
  for (uint32_t frame = 0; frame < kNodes; ++frame) ASSERT_EQ(nodes.number_of(5, frame), frame + 1);
  for (uint32_t parent = 0; parent < kNodes; ++parent) ASSERT_EQ(nodes.number_of(parent, 1 << 20), kNodes + parent + 1);
}

}  // namespace
}  // namespace mallocop::report
