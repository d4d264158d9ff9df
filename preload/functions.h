// The functions that are operations: where their code lies, and which stacks have a frame of theirs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/trace_writer.h"
#include "trace/function_frames.h"

namespace mallocop::preload {

class Functions {
 public:
  // Before there is any stack. `ranges` are in order, do not overlap, and stay.
  void start(const trace::FunctionRange* ranges, size_t count, TraceWriter& trace) {
    ranges_ = ranges;
    count_ = count;
    trace_ = &trace;
  }
  bool any() const { return count_ != 0; }

  // Memory for the stacks of chunk `index`; false if there is none. The stack table calls it before it hands out an id
  // of that chunk.
  bool add_chunk(size_t index);

  // Before the stack `id` can be found by anybody; its parent was noted before.
  void note(trace::StackId id, const trace::StackNode& node);

  // For a fold; null if no operation is a function.
  const trace::FunctionFrames* frames() const { return any() ? &frames_ : nullptr; }

  // The operation whose function the call goes to that returns to this address, which lies in a module; kOutside if to
  // none, or if the instruction does not say.
  trace::OperationId called_from(uintptr_t return_address) const;

 private:
  trace::OperationId called_from(const trace::StackNode& node) const;

  void say_call_site(uint64_t return_address, trace::OperationId operation);

  static constexpr size_t kSaid = 257;
  std::atomic<uint64_t> said_[kSaid] = {};  // return addresses that the trace has lately been told of
  TraceWriter* trace_ = nullptr;
  const trace::FunctionRange* ranges_ = nullptr;
  size_t count_ = 0;
  trace::FunctionFrames frames_;
};

}  // namespace mallocop::preload
