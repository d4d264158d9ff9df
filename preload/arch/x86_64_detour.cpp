#include "preload/arch/x86_64_detour.h"

#include <cpuid.h>

#include <cstring>

namespace mallocop::preload {
namespace {

// Components of the processor's state: x87, SSE, AVX and the three of AVX-512. What comes later (matrix tiles, keys)
// the shim's code does not touch.
constexpr uint32_t kVectorState = 0xe7;

bool displacement(uintptr_t from, uintptr_t to, uint8_t* out) {
  const auto distance = static_cast<int64_t>(to - from);
  const auto value = static_cast<int32_t>(distance);
  std::memcpy(out, &value, sizeof value);
  return value == distance;
}

}  // namespace

extern "C" {
// Read by the code below. 0: the processor has no xsave.
[[gnu::used, gnu::visibility("hidden")]] uint64_t mallocop_vector_size = 0;
}

void measure_vector_registers() {
  constexpr unsigned kOsxsave = 1U << 27;
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kOsxsave) == 0) return;
  uint64_t size = 512 + 64;
  for (unsigned component = 2; component < 8; ++component) {
    if ((kVectorState >> component & 1) == 0 || __get_cpuid_count(0xd, component, &a, &b, &c, &d) == 0) continue;
    if (a != 0 && uint64_t{a} + b > size) size = uint64_t{a} + b;
  }
  mallocop_vector_size = size;
}

void make_jump(uint8_t* bytes, uintptr_t at, const void* target) {
  bytes[0] = 0xe9;
  displacement(at + trace::kJumpSize, reinterpret_cast<uintptr_t>(target), bytes + 1);
}

bool make_gate(Gate& gate, const trace::PlannedFunction& function, uintptr_t at, uintptr_t bias, const void* through,
               bool jump, uint16_t operation) {
  gate.through = through;
  gate.operation = operation;
  gate.checks_caller = through == reinterpret_cast<const void*>(&mallocop_entered_by_caller);
  const auto code = reinterpret_cast<uintptr_t>(gate.code);
  gate.code[0] = 0xff;  // call or jmp [rip + displacement]
  gate.code[1] = jump ? 0x25 : 0x15;
  bool reachable = displacement(code + 6, reinterpret_cast<uintptr_t>(&gate.through), gate.code + 2);

  uint8_t* const moved = gate.code + 6;
  const auto moved_at = reinterpret_cast<uintptr_t>(moved);
  std::memcpy(moved, function.moved, function.moved_size);
  for (uint32_t index = 0; index < function.displacements; ++index) {
    const trace::MovedDisplacement& one = function.displacement[index];
    reachable &= displacement(moved_at + one.end_of_instruction, bias + one.target, moved + one.place);
  }
  const uintptr_t back = moved_at + function.moved_size;
  moved[function.moved_size] = 0xe9;
  reachable &= displacement(back + trace::kJumpSize, at + function.original_size, moved + function.moved_size + 1);
  return reachable && displacement(at + trace::kJumpSize, code, gate.code + sizeof gate.code - 4);
}

}  // namespace mallocop::preload

// On the stack when it begins: where to go on in the gate, and the function's return address, to which the function's
// own stack pointer points. The gate's operation lies 4 bytes before its code, checks_caller 2, and its code begins 6
// bytes before where to go on. A caller's stack is aligned to 16 bytes at a call, so after the ten words here it is
// again.
//
// First comes what mallocop_count_entry does for an entry like the last event, which is most of them in a benchmark's
// loop, in three registers: the thread is ready, its last event is an entry of the operation at this stack pointer, and
// the number of repeats is not at its end. entries.cpp asserts what this knows of the structures.
//
// mallocop_entered_by_caller asks one thing more before: whether the thread's last checked entry was this one, of the
// same operation with the same return address.
//
// mallocop_count_entry uses no vector register (it is compiled so). What it leaves to be done may, and needs them
// saved.
//
// The unwind information leaves the gate out, which has none: the caller is said to be the function's own. So
// libunwind, asked for the stack at an entry, finds the way.
asm(R"(
  .text
  .p2align 4
  .globl mallocop_entered
  .hidden mallocop_entered
  .type mallocop_entered, @function
mallocop_entered:
  .cfi_startproc
  .cfi_def_cfa_offset 16
  push %rax
  .cfi_adjust_cfa_offset 8
  push %rcx
  .cfi_adjust_cfa_offset 8
  push %rdx
  .cfi_adjust_cfa_offset 8
  mov _ZN8mallocop7preload8t_threadE@gottpoff(%rip), %rax
  mov %fs:(%rax), %rax
3:
  mov (%rax), %ecx
  lea 4(%rcx), %edx
  cmp %edx, 4(%rax)
  jb 0f
  mov 8(%rax), %rdx
  shl $4, %rcx
  lea -16(%rdx, %rcx), %rax
  mov 24(%rsp), %rdx
  movzwl -10(%rdx), %ecx
  or $0xb0000000, %ecx
  cmp %ecx, 4(%rax)
  jne 0f
  lea 32(%rsp), %rcx
  cmp %rcx, 8(%rax)
  jne 0f
  cmpl $-1, (%rax)
  je 0f
  incl (%rax)
  pop %rdx
  .cfi_adjust_cfa_offset -8
  pop %rcx
  .cfi_adjust_cfa_offset -8
  pop %rax
  .cfi_adjust_cfa_offset -8
  ret
0:
  .cfi_def_cfa_offset 40
  push %rsi
  .cfi_adjust_cfa_offset 8
  push %rdi
  .cfi_adjust_cfa_offset 8
  push %r8
  .cfi_adjust_cfa_offset 8
  push %r9
  .cfi_adjust_cfa_offset 8
  push %r10
  .cfi_adjust_cfa_offset 8
  push %r11
  .cfi_adjust_cfa_offset 8
  push %rbx
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %rbx, 0
  mov 80(%rsp), %rax
  movzwl -10(%rax), %edi
  lea 88(%rsp), %rsi
  movzwl -8(%rax), %edx
  mov %rsp, %rbx
  .cfi_def_cfa_register %rbx
  and $-16, %rsp
  call mallocop_count_entry
  test %eax, %eax
  jnz 2f
1:
  mov %rbx, %rsp
  .cfi_def_cfa_register %rsp
  pop %rbx
  .cfi_adjust_cfa_offset -8
  .cfi_restore %rbx
  pop %r11
  .cfi_adjust_cfa_offset -8
  pop %r10
  .cfi_adjust_cfa_offset -8
  pop %r9
  .cfi_adjust_cfa_offset -8
  pop %r8
  .cfi_adjust_cfa_offset -8
  pop %rdi
  .cfi_adjust_cfa_offset -8
  pop %rsi
  .cfi_adjust_cfa_offset -8
  pop %rdx
  .cfi_adjust_cfa_offset -8
  pop %rcx
  .cfi_adjust_cfa_offset -8
  pop %rax
  .cfi_adjust_cfa_offset -8
  ret
2:
  .cfi_def_cfa %rbx, 96
  .cfi_rel_offset %rbx, 0
  mov %eax, %r8d
  mov mallocop_vector_size(%rip), %rcx
  test %rcx, %rcx
  jz 4f
  sub %rcx, %rsp
  and $-64, %rsp
  xor %eax, %eax
  mov %rax, 512(%rsp)
  mov %rax, 520(%rsp)
  mov %rax, 528(%rsp)
  mov %rax, 536(%rsp)
  mov %rax, 544(%rsp)
  mov %rax, 552(%rsp)
  mov %rax, 560(%rsp)
  mov %rax, 568(%rsp)
  xor %edx, %edx
  mov $0xe7, %eax
  xsave (%rsp)
  call 5f
  xor %edx, %edx
  mov $0xe7, %eax
  xrstor (%rsp)
  jmp 1b
4:
  sub $512, %rsp
  and $-64, %rsp
  fxsave (%rsp)
  call 5f
  fxrstor (%rsp)
  jmp 1b
5:
  mov 80(%rbx), %rax
  movzwl -10(%rax), %edi
  lea 88(%rbx), %rsi
  mov %r8d, %edx
  mov %rbp, %rcx
  sub $8, %rsp
  call mallocop_finish_entry
  add $8, %rsp
  ret
  .cfi_endproc
  .size mallocop_entered, . - mallocop_entered

  .p2align 4
  .globl mallocop_entered_by_caller
  .hidden mallocop_entered_by_caller
  .type mallocop_entered_by_caller, @function
mallocop_entered_by_caller:
  .cfi_startproc
  .cfi_def_cfa_offset 16
  push %rax
  .cfi_adjust_cfa_offset 8
  push %rcx
  .cfi_adjust_cfa_offset 8
  push %rdx
  .cfi_adjust_cfa_offset 8
  mov _ZN8mallocop7preload8t_threadE@gottpoff(%rip), %rax
  mov %fs:(%rax), %rax
  mov 24(%rsp), %rdx
  movzwl -10(%rdx), %ecx
  shl $48, %rcx
  or 32(%rsp), %rcx
  cmp %rcx, 48(%rax)
  je 3b
  jmp 0b
  .cfi_endproc
  .size mallocop_entered_by_caller, . - mallocop_entered_by_caller
)");
