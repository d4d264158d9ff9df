// Which stacks have a frame of an operation's function: said once for each node of the stack tree, when it is made.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "trace/format.h"
#include "trace/live.h"

namespace mallocop::trace {

// Of a stack: the innermost operation whose function has a frame on it, how many frames of such functions there are,
// and how many of them are of this operation.
struct FunctionFrame {
  uint16_t operation = kOutside;
  uint16_t depth = 0;  // both stay at the most there can be
  uint16_t same = 0;
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

constexpr uint64_t code_address(uint64_t address, uint16_t flags) {  // a return address belongs to the call before it
  return (flags & kNodeExactAddress) != 0 ? address : address - 1;
}

// By stack, in the chunks of the stack tree. A chunk that is null has none.
//
// Mostly a function's frame is one whose code is the function's. But a function that ends in a jump to another leaves
// it the frame; then the call says that the function was entered. So if the call goes to a function, what is allocated
// right there is that function's, and so is what has a frame of other code below it. A frame of a function's code
// counts once: it takes over what the call before it said.
class FunctionFrames {
 public:
  // What is kept of a stack; the fields of a FunctionFrame are its own.
  struct Entry {
    FunctionFrame frame;
    uint16_t own;         // FunctionNode
    uint16_t called;      // the same
    uint16_t takes_over;  // not 0: its caller's node called what `own` is
    StackId outer;        // the next stack outwards whose own node has a function; kNoParent: none
  };
  static_assert(sizeof(Entry) == 16);

  // Zero-filled memory for a chunk, before its stacks are noted.
  bool has_chunk(size_t index) const { return chunks_[index] != nullptr; }
  void set_chunk(size_t index, Entry* entries) { chunks_[index] = entries; }

  // Before anybody asks for the stack `id`; its parent, if it has one, was noted before.
  void note(StackId id, StackId parent, FunctionNode node);

  // What an allocation with this stack belongs to.
  FunctionFrame of(StackId stack) const { return entry(stack).frame; }

  // How many frames the operation's functions have on the stack of a caller, without the function that it calls.
  uint32_t around(OperationId operation, StackId caller) const;

 private:
  const Entry& entry(StackId stack) const {
    static constexpr Entry kNone{};
    const Entry* const chunk = chunks_[stack / kNodesPerChunk % kMaxNodeChunks];
    return chunk == nullptr ? kNone : chunk[stack % kNodesPerChunk];
  }
  // How many the operation has outside of the node `inner`, the innermost of `stack`.
  uint32_t frames_from(OperationId operation, const Entry& inner, StackId stack) const;

  Entry* chunks_[kMaxNodeChunks] = {};
};

}  // namespace mallocop::trace
