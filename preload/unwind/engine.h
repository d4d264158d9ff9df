// From the registers in a hook to the id of the full stack: the one interface of stack capture.
//
// Three levels, each exact and each reached only where the one before misses: the thread's ReadSetCache proves that a
// stack is the same as before; else it is walked with one rule a frame (RuleTable); an address without a rule is put to
// the Oracle, once in the life of the process. A stack with a frame that no rule describes is unwound by libunwind as a
// whole. A stack is complete, or marked truncated: never guessed.
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
  [[gnu::always_inline]] trace::StackId capture(ThreadState& thread, const CallSite& site) {
    const trace::StackId known = thread.read_sets.find(site, epoch_.load(std::memory_order_relaxed));
    return known != trace::kUnknownStack ? known : capture_anew(thread, site);
  }

  // One frame, marked truncated.
  trace::StackId capture_one(uintptr_t return_address);

  // A library may have been unmapped.
  void forget_unmapped();

 private:
  enum class Outcome { kComplete, kTruncated, kUnreadable, kNeedsOracle };
  trace::StackId capture_anew(ThreadState& thread, const CallSite& site);
  Outcome walk(ThreadState& thread, const CallSite& site, class StackReader& stack, size_t& count);
  trace::StackId intern(ThreadState& thread, size_t count, bool truncated);

  StackTable* stacks_ = nullptr;
  Modules* modules_ = nullptr;
  RuleTable rules_;
  Oracle oracle_;
  bool running_ = false;
  std::atomic<uint32_t> epoch_{1};  // of the rules: a library that was closed ends one; 0 is in empty cache entries
};

}  // namespace mallocop::preload
