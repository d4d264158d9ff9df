// Entries of functions whose allocations may not all be seen as theirs.
//
// A function that ends in another by a jump (a tail call) leaves it its frame. What is allocated there is the
// function's own all the same if it was called directly: the call instruction says so for as long as it is on the stack
// (trace/function_frames.h). If it was entered in another way, through a pointer or by a jump, nothing on the stack
// says so. Each such way in is written to the trace, before anything is allocated there, so that no verdict rests on
// the figures of that operation.
//
// Entries of other functions are certain, and never get here.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/functions.h"
#include "preload/thread_state.h"
#include "preload/trace_writer.h"
#include "preload/unwind/engine.h"

namespace mallocop::preload {

class UncertainEntries {
 public:
  // What the functions of one operation end in.
  struct Ends {
    static constexpr size_t kCallers = 4;
    const char* text;                          // for a person; null: in nothing else
    std::atomic<uintptr_t> callers[kCallers];  // return addresses that the trace was told of
  };

  // Before any entry. By operation; they stay.
  void start(std::span<Ends> ends) { ends_ = ends; }

  // The function was entered, and will return to `return_address`. The thread is busy; what it asks here is asked once
  // for each of its call sites, mostly.
  void check(ThreadState& thread, trace::OperationId operation, uintptr_t return_address);

 private:
  static bool is_direct(trace::OperationId operation, uintptr_t return_address);
  void tell(trace::OperationId operation, uintptr_t return_address);

  std::span<Ends> ends_;
};

extern UncertainEntries g_uncertain_entries;

}  // namespace mallocop::preload
