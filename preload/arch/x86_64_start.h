// Going on in another function with the arguments as they came, without leaving a frame.
#pragma once

// The whole body of a naked function. Calls `function`, which takes nothing and returns the address to go on at. The
// directives keep the stack whole for whoever walks it meanwhile.
#define MALLOCOP_GO_ON_IN_RESULT_OF(function) \
  asm("push %%rdi\n\t"                        \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "push %%rsi\n\t"                        \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "push %%rdx\n\t"                        \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "push %%rcx\n\t"                        \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "push %%r8\n\t"                         \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "push %%r9\n\t"                         \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "sub $8, %%rsp\n\t"                     \
      ".cfi_adjust_cfa_offset 8\n\t"          \
      "call %P0\n\t"                          \
      "add $8, %%rsp\n\t"                     \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "pop %%r9\n\t"                          \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "pop %%r8\n\t"                          \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "pop %%rcx\n\t"                         \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "pop %%rdx\n\t"                         \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "pop %%rsi\n\t"                         \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "pop %%rdi\n\t"                         \
      ".cfi_adjust_cfa_offset -8\n\t"         \
      "jmp *%%rax\n\t"                        \
      :                                       \
      : "i"(function))
