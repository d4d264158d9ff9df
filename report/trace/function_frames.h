// Which stacks have a frame of an operation's function: what the shim knew while the process ran, made anew for the
// rings of one that was killed.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "report/trace/trace_contents.h"
#include "trace/function_frames.h"

namespace mallocop::report {

class FunctionFrames {
 public:
  explicit FunctionFrames(const TraceContents& contents);

  // For a fold; null if no operation is a function.
  const trace::FunctionFrames* view() const { return ranges_.empty() ? nullptr : &view_; }

 private:
  void note(const StackNodeEntry& entry);

  std::vector<trace::FunctionRange> ranges_;
  std::unordered_map<uint64_t, trace::OperationId> call_sites_;  // by return address
  std::vector<std::unique_ptr<trace::FunctionFrames::Entry[]>> chunks_;
  trace::FunctionFrames view_;
};

}  // namespace mallocop::report
