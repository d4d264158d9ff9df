// Which stacks have a frame of an operation's function: what the shim knew while the process ran, made anew for the
// rings of one that was killed.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "report/trace/trace_contents.h"
#include "trace/function_frames.h"

namespace mallocop::report {

class FunctionFrames {
 public:
  FunctionFrames(std::span<const trace::FunctionRecord> functions, std::span<const StackNodeEntry> nodes);

  // For a fold; null if no operation is a function.
  const trace::FunctionFrames* view() const { return ranges_.empty() ? nullptr : &view_; }

 private:
  void note(const StackNodeEntry& entry);

  std::vector<trace::FunctionRange> ranges_;
  std::vector<std::unique_ptr<trace::FunctionFrame[]>> chunks_;
  trace::FunctionFrames view_;
};

}  // namespace mallocop::report
