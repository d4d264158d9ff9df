// From the registers in a hook to the id of the full stack: the one interface of stack capture.
//
// Two levels for now. A stack is walked with one rule a frame (RuleTable); an address without a rule is put to the
// oracle first, once in the life of the process. A stack with a frame that no rule describes is unwound by libunwind
// as a whole. A stack is complete, or marked truncated: never guessed.
//
// Before start(), and without libunwind, a stack is its return address alone, marked truncated.
#pragma once

#include "preload/modules.h"
#include "preload/stack_table.h"
#include "preload/thread_state.h"
#include "preload/unwind/oracle.h"
#include "preload/unwind/rule_table.h"

namespace mallocop::preload {

class Engine {
 public:
  // First of all: where stacks and modules are kept. From here on stacks of one frame can be taken.
  void attach(StackTable& stacks, Modules& modules);

  // Loads libunwind; false if it is not there. From the shim's constructor only.
  bool start();

  // The calling thread's stack at `site`. The thread is busy and `thread` is its state.
  trace::StackId capture(ThreadState& thread, const CallSite& site);

  // One frame, marked truncated.
  trace::StackId capture_one(uintptr_t return_address);

  // A library may have been unmapped.
  void forget_unmapped();

 private:
  struct Walk;
  bool walk(ThreadState& thread, const CallSite& site, size_t& count, bool& truncated);
  trace::StackId intern(ThreadState& thread, size_t count, bool truncated);

  StackTable* stacks_ = nullptr;
  Modules* modules_ = nullptr;
  RuleTable rules_;
  Oracle oracle_;
  bool running_ = false;
};

}  // namespace mallocop::preload
