// What the shim needs of the processor: system calls, the tick counter, the frame of a hook's caller.
//
// System calls are made here and not through libc: they touch no errno, are no cancellation points, take no lock and
// cannot be interposed by the host. preload/README.md lists them all.
#pragma once

#include <cstdint>

namespace mallocop::preload {

// The result as the kernel gives it: -4095 … -1 is a negated errno.
inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
inline bool failed(long result) { return result < 0 && result >= -4095; }

inline uint64_t read_ticks() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t{high} << 32) | low;
}

inline void pause_briefly() { asm volatile("pause"); }

inline uintptr_t thread_pointer() {
  uintptr_t value;
  asm("mov %%fs:0, %0" : "=r"(value));
  return value;
}

// The registers that a stack walk starts from, as they are in the caller of a hook right after the call returns.
struct CallSite {
  uintptr_t return_address;
  uintptr_t stack_pointer;
  uintptr_t frame_pointer;
};

// Must be inlined into the hook itself, which must be compiled with a frame pointer:
//   [rbp] caller's rbp   [rbp + 8] return address   rbp + 16 caller's rsp
[[gnu::always_inline]] inline CallSite caller_of_hook() {
  const auto* frame = static_cast<const uintptr_t*>(__builtin_frame_address(0));
  return {frame[1], reinterpret_cast<uintptr_t>(frame + 2), frame[0]};
}

// The registers that calls preserve, and where this thread stands.
struct Context {
  uintptr_t rip, rsp, rbp, rbx, r12, r13, r14, r15;
};
[[gnu::always_inline]] inline void capture_context(Context& context) {
  asm volatile(
      "lea 0f(%%rip), %%rax\n\t"
      "0:\n\t"
      "mov %%rax, 0(%0)\n\t"
      "mov %%rsp, 8(%0)\n\t"
      "mov %%rbp, 16(%0)\n\t"
      "mov %%rbx, 24(%0)\n\t"
      "mov %%r12, 32(%0)\n\t"
      "mov %%r13, 40(%0)\n\t"
      "mov %%r14, 48(%0)\n\t"
      "mov %%r15, 56(%0)\n\t"
      :
      : "r"(&context)
      : "rax", "memory");
}

}  // namespace mallocop::preload
