// Calling a function on another stack.
#pragma once

#include <cstdint>

namespace mallocop::preload {

// Calls `function(argument)` with the stack pointer at `stack_top` (16-byte aligned) and comes back. Signals must be
// blocked: a handler would run on the other stack as well.
[[gnu::noinline]] inline void call_on_stack(void (*function)(void*), void* argument, void* stack_top) {
  // rbx keeps the stack pointer: calls preserve it, and the compiler saves it around the statement.
  asm volatile(
      "mov %%rsp, %%rbx\n\t"
      "mov %[top], %%rsp\n\t"
      "call *%[function]\n\t"
      "mov %%rbx, %%rsp\n\t"
      : "+D"(argument)
      : [top] "r"(stack_top), [function] "r"(function)
      : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3",
        "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

}  // namespace mallocop::preload
