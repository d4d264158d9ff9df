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

// The operation whose code an address lies in, or kOutside. `ranges` are in order and do not overlap.
constexpr OperationId operation_at(uint64_t address, const FunctionRange* ranges, size_t count) {
  const FunctionRange* const after = std::upper_bound(
      ranges, ranges + count, address, [](uint64_t value, const FunctionRange& range) { return value < range.begin; });
  return after == ranges || address >= after[-1].end ? kOutside : after[-1].operation;
}

// A node of the stack tree, as far as functions go. `called` is the operation whose function the call goes to that
// returns to the node's address, kOutside if to none, or if that cannot be told.
struct FunctionNode {
  OperationId own = kOutside;  // whose code the address lies in
  OperationId called = kOutside;
};

// What an allocation with the stack `node` belongs to, where that of its caller's stack belongs to `below`.
//
// Mostly a function's frame is one whose code is the function's. But a function that ends in a jump to another leaves
// it the frame; then the call says that the function was entered. So if the call goes to a function, what is allocated
// right there is that function's, and so is what has a frame of other code below it. A frame of a function's code
// counts once.
constexpr FunctionFrame frame_of(FunctionFrame below, bool below_called, FunctionNode node) {
  const auto deeper = [](uint16_t depth, int by) { return static_cast<uint16_t>(std::min(depth + by, 0xffff)); };
  FunctionFrame frame = below;
  if (node.own != kOutside) frame = {static_cast<uint16_t>(node.own), deeper(below.depth, below_called ? 0 : 1)};
  if (node.called != kOutside) frame = {static_cast<uint16_t>(node.called), deeper(frame.depth, 1)};
  return frame;
}

constexpr uint64_t code_address(uint64_t address, uint16_t flags) {  // a return address belongs to the call before it
  return (flags & kNodeExactAddress) != 0 ? address : address - 1;
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
