// From the registers in a hook to the id of the full stack: the one interface of stack capture.
//
// Three levels, each exact and each reached only where the one before misses: the thread's ReadSetCache proves that a
// stack is the same as before; else it is walked with one rule a frame (Walk, RuleTable), as far as it differs from the
// last one; an address without a rule is put to the Oracle, once in the life of the process. A stack with a frame that
// no rule describes is unwound by libunwind as a whole. A stack is complete, or marked truncated: never guessed.
//
// Before start(), and without libunwind, a stack is its return address alone, marked truncated.
#pragma once

#include "preload/modules.h"
#include "preload/stack_table.h"
#include "preload/unwind/capture_state.h"
#include "preload/unwind/oracle.h"
#include "preload/unwind/rule_table.h"

namespace mallocop::preload {

class Engine {
 public:
  // First of all: where stacks and modules are kept. From here on stacks of one frame can be taken.
  void attach(StackTable& stacks, Modules& modules);

  // Loads libunwind; false if it is not there. From the shim's constructor only.
  bool start();

  // The calling thread's stack at `site`. The thread is busy and `state` is its own.
  [[gnu::always_inline]] trace::StackId capture(CaptureState& state, const CallSite& site) {
    trace::StackId known;
    if (state.read_sets.find_next(site, epoch_.load(std::memory_order_relaxed), known)) [[likely]]
      return known;
    return find(state, site.return_address, site.stack_pointer, site.frame_pointer);
  }

  // One frame, marked truncated.
  trace::StackId capture_one(uintptr_t return_address);

  // A library may have been unmapped. `others_open`: and another thread may have opened one since.
  void forget_unmapped(bool others_open);

 private:
  // A call site in three parts, so that the hot path can keep it in registers.
  trace::StackId find(CaptureState& state, uintptr_t return_address, uintptr_t stack_pointer, uintptr_t frame_pointer);
  trace::StackId take(CaptureState& state, const CallSite& site, uint32_t epoch, uint64_t hash);
  trace::StackId take_by_oracle(CaptureState& state, const CallSite& site);
  trace::StackId keep(CaptureState& state, uint32_t epoch);
  trace::StackId intern_only(Walk& walk, size_t count);
  uint64_t hash_of(const CaptureState& state, const CallSite& site) const;

  StackTable* stacks_ = nullptr;
  Modules* modules_ = nullptr;
  RuleTable rules_;
  Oracle oracle_;
  bool running_ = false;
  std::atomic<uint32_t> epoch_{1};  // of the rules: a library that was closed ends one; 0 is in empty cache entries
};

}  // namespace mallocop::preload
