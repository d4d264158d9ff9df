// The number of each stack node by its content, while the tree of a trace is read: which caller, and which frame.
//
// A trace has millions of nodes and each is looked for once, so this is about memory that is near. The table has four
// bytes for a node, and a caller's nodes lie together, near those of the callers that came just before it: most nodes
// are looked for soon after their caller.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "report/trace/zeroed_array.h"

namespace mallocop::report {

class NodeNumbers {
 public:
  // For at most `most` nodes.
  explicit NodeNumbers(size_t most) : slots_(std::bit_ceil(most * 2 + kNear)) {}

  // The place of a node whose caller has the number `parent`: zero until the caller of this function gives it another
  // value. `same`: whether the node of such a number is the one that is looked for.
  template <typename Same>
  uint32_t& place_of(uint32_t parent, uint32_t frame, Same same) {
    const size_t mask = slots_.size() - 1;
    const uint64_t hash = (uint64_t{parent} << 32 | frame) * 0x9e3779b97f4a7c15U;
    size_t place = size_t{parent} * 2 + (hash >> 32) % kNear;
    for (size_t tries = 0;; ++tries, ++place) {
      // So many in one place are of a caller that has thousands of them: from there on they go anywhere.
      if (tries == kNear) place = static_cast<size_t>((hash ^ hash >> 29) * 0xbf58476d1ce4e5b9U >> 20);
      uint32_t& slot = slots_[place & mask];
      if (slot == 0 || same(slot)) return slot;
    }
  }

 private:
  static constexpr size_t kNear = 64;

  ZeroedArray<uint32_t> slots_;  // a power of two of them, at most half full
};

}  // namespace mallocop::report
