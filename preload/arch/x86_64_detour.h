// Detours: a jump in place of a function's first instructions, and the code that it leads to.
//
//     function:  jmp gate ──────────►  gate:  call [through] ──► saves registers, counts, returns
//     rest:      …                            the moved instructions
//        ▲                                    jmp rest
//        └────────────────────────────────────┘
//
// Or the gate jumps to a function that stands in for the original, and calls it by `original`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "trace/plan.h"

namespace mallocop::preload {

// One function's code in its new place. The gates of a module lie within a jump's reach of it.
struct alignas(16) Gate {
  const void* through;  // what the first instruction calls or jumps to
  // For the code that counts, which finds the gate by its own return address:
  uint16_t operation;
  uint16_t checks_caller;  // 1: the function ends in others (preload/uncertain_entries.h)
  uint8_t code[6 + trace::kMaxMovedSize + trace::kJumpSize];

  const void* entry() const { return code; }
  const void* original() const { return code + 6; }
};

inline constexpr uintptr_t kJumpReach = 0x7fff0000;  // bytes

// Fills a gate that is writable for a function whose first moved byte is at `at` in a module with this bias. False if
// something that the code names is out of reach.
bool make_gate(Gate& gate, const trace::PlannedFunction& function, uintptr_t at, uintptr_t bias, const void* through,
               bool jump, uint16_t operation);

// The bytes that lead from `at` to `target`, which is within reach.
void make_jump(uint8_t* bytes, uintptr_t at, const void* target);

// What a gate calls to count an entry. Preserves every register, those that calls may change included: a caller in the
// same file may know which of them the function leaves alone.
extern "C" void mallocop_entered();

// The same, of a function whose callers are to be checked.
extern "C" void mallocop_entered_by_caller();

// How much of the stack the vector registers need; asked once, before the first gate is in use.
void measure_vector_registers();

}  // namespace mallocop::preload
