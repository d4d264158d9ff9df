// libunwind as an interpreter of call frame information: what it says about an address becomes a Rule, and stacks
// that have no rule are stepped by it.
//
// libunwind is loaded privately and used through an address space of our own, with our own accessors: it opens no
// descriptor, walks no list of modules and has no cache that could be stale. Its memory comes from pools that it maps
// itself, never from malloc.
//
// Every call runs with signals blocked and on a stack of the shim's own, because libunwind needs about 8 KiB and the
// host's thread may have less. Any thread that is busy.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/modules.h"
#include "preload/stack_table.h"
#include "preload/unwind/rule.h"

namespace mallocop::preload {

// Where libunwind runs: each thread has one.
struct OracleStack {
  alignas(16) uint8_t memory[64U << 10];
};

class Oracle {
 public:
  // Loads libunwind. False if it is not there; then nothing else may be called. Only from the constructor: it uses
  // dlopen.
  bool start(Modules& modules);

  // The rule of a return address. Never kUnknown.
  Rule probe(OracleStack& stack, uintptr_t return_address);

  // Unwinds the calling thread from its present place, drops the frames of the shim (all up to the one whose stack
  // pointer is `caller_stack_pointer`), and writes the rest, innermost first. Returns how many; `truncated` says that
  // there are more, or that the unwinder lost its way.
  size_t unwind(OracleStack& stack, uintptr_t caller_stack_pointer, StackFrame* out, size_t room, bool& truncated);

 private:
  Modules* modules_ = nullptr;
};

}  // namespace mallocop::preload
