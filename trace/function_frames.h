// Which stacks have a frame of an operation's function: said once for each node of the stack tree, when it is made.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "trace/format.h"
#include "trace/live.h"

namespace mallocop::trace {

// Of a stack: the innermost operation whose function has a frame on it, and how many frames of such functions there
// are.
struct FunctionFrame {
  uint16_t operation = kOutside;
  uint16_t depth = 0;  // stays at the most there can be
};
inline constexpr OperationId kMaxFunctionOperations = 0xffff;

// Code of one operation, as mapped.
struct FunctionRange {
  uint64_t begin;
  uint64_t end;  // behind the last byte
  OperationId operation;
};

// `ranges` are in order and do not overlap. A return address belongs to the instruction before it.
constexpr FunctionFrame frame_below(FunctionFrame parent, uint64_t address, uint16_t flags, const FunctionRange* ranges,
                                    size_t count) {
  const uint64_t inside = (flags & kNodeExactAddress) != 0 ? address : address - 1;
  const FunctionRange* const after = std::upper_bound(
      ranges, ranges + count, inside, [](uint64_t value, const FunctionRange& range) { return value < range.begin; });
  if (after == ranges || inside >= after[-1].end) return parent;
  const auto depth = static_cast<uint16_t>(std::min(parent.depth + 1, 0xffff));
  return {static_cast<uint16_t>(after[-1].operation), depth};
}

// By stack, in the chunks of the stack tree. A chunk that is null has none.
struct FunctionFrames {
  FunctionFrame* chunks[kMaxNodeChunks] = {};

  FunctionFrame of(StackId stack) const {
    const FunctionFrame* const chunk = chunks[stack / kNodesPerChunk % kMaxNodeChunks];
    return chunk == nullptr ? FunctionFrame{} : chunk[stack % kNodesPerChunk];
  }
};

}  // namespace mallocop::trace
