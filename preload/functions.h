// The functions that are operations: where their code lies, and which stacks have a frame of theirs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "trace/function_frames.h"

namespace mallocop::preload {

class Functions {
 public:
  // Before there is any stack. `ranges` are in order, do not overlap, and stay.
  void start(const trace::FunctionRange* ranges, size_t count) {
    ranges_ = ranges;
    count_ = count;
  }
  bool any() const { return count_ != 0; }

  // Memory for the stacks of chunk `index`; false if there is none. The stack table calls it before it hands out an id
  // of that chunk.
  bool add_chunk(size_t index);

  // Before the stack `id` can be found by anybody; its parent was noted before. A stack table that grew without memory
  // for it has none.
  void note(trace::StackId id, trace::StackId parent, uint64_t address, uint16_t flags) {
    trace::FunctionFrame* const chunk = frames_.chunks[id / trace::kNodesPerChunk];
    chunk[id % trace::kNodesPerChunk] = trace::frame_below(
        parent == trace::kNoParent ? trace::FunctionFrame{} : frames_.of(parent), address, flags, ranges_, count_);
  }

  // For a fold; null if no operation is a function.
  const trace::FunctionFrames* frames() const { return any() ? &frames_ : nullptr; }

 private:
  const trace::FunctionRange* ranges_ = nullptr;
  size_t count_ = 0;
  trace::FunctionFrames frames_;
};

}  // namespace mallocop::preload
