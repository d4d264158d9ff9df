// Entries of functions: what a gate calls (arch/x86_64_detour.h), and what it leaves to be done.
#pragma once

#include <cstdint>

namespace mallocop::preload {

enum class EntryLeft : uint32_t {
  kNothing = 0,
  kEntry = 1,         // it is not counted yet
  kSignalEvents = 2,  // it is; a signal handler left events meanwhile
  kCaller = 3,        // it is not, and its caller was not looked at
};

// Counts an entry of the operation's function, if that is easy. Uses no vector register. `stack_pointer` points to the
// function's return address; `checks_caller`: not before this has been looked at.
extern "C" [[gnu::visibility("hidden")]] EntryLeft mallocop_count_entry(uint32_t operation, uintptr_t stack_pointer,
                                                                        uint32_t checks_caller);

// The rest; any register that calls may change is saved. `frame_pointer`: what is in that register.
extern "C" [[gnu::visibility("hidden")]] void mallocop_finish_entry(uint32_t operation, uintptr_t stack_pointer,
                                                                    EntryLeft left, uintptr_t frame_pointer);

}  // namespace mallocop::preload
