// The stacks that the engine's are compared with, taken by two unwinders that have nothing to do with it:
//   - libunwind's local unw_step. Where there is no unwind information it goes on by guessing;
//   - the unwinder of libgcc, which throws C++ exceptions, reads unwind information with code of its own, and stops
//     where there is none.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/arch/x86_64.h"
#include "preload/unwind/capture_state.h"

namespace mallocop::exactness {

struct ReferenceStack {
  static constexpr size_t kRoom = preload::kMaxFrames + 1;
  size_t count;
  uintptr_t addresses[kRoom];  // innermost first
  bool exact[kRoom];           // libgcc: the address is that of an instruction, not a return address
  bool complete;               // libgcc: the outermost frame says that it is
  bool failed;                 // it read where nothing is
};

// False if libunwind cannot be opened. It is opened privately: a program that is linked to it throws its exceptions
// with libunwind's functions instead of libgcc's.
bool load_libunwind();

// libunwind has a cache, which makes it four times as fast. What it remembers of an address is not valid any more after
// a library was closed; and it errs where an address is a return address in one stack and that of an interrupted
// instruction in another, so there it goes without.
void flush_libunwind();
void let_libunwind_cache(bool on);

// The stack from the frame on whose stack pointer is that of `site`; the caller's frames below it are left out.
// libunwind runs on a stack of its own (`apart`), since it needs more than a small thread has.
void walk_with_libunwind(const preload::CallSite& site, preload::OracleStack& apart, ReferenceStack& out);
//
// Both trust what they read. Compilers describe what can throw and may err at single instructions, so code that was
// interrupted there can lead libgcc into nothing; so can libunwind's guesses where there is no unwind information.
// After survive_failures() that ends the walk and no more.
void survive_failures();
void walk_with_libgcc(const preload::CallSite& site, ReferenceStack& out);

}  // namespace mallocop::exactness
