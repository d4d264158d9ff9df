// Frames whose unwind information is unusual, but right at every instruction. Each is called as
//   void NAME(Walk* walk, uint64_t value)
// and calls go_deeper(walk). The stack is aligned as the ABI wants it.

        .macro  begin name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .endm
        .macro  finish name
        .size   \name, .-\name
        .endm

        .text

// The CFA moves while the function pushes and pops.
begin odd_pushes
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        call    go_deeper
        addq    $16, %rsp
        .cfi_adjust_cfa_offset -16
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        subq    $40, %rsp
        .cfi_adjust_cfa_offset 40
        call    compare_here
        addq    $40, %rsp
        .cfi_adjust_cfa_offset -40
        ret
        .cfi_endproc
finish odd_pushes

// rbp is a general register.
begin odd_rbp_general
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbp, -16
        movq    %rsi, %rbp
        call    go_deeper
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbp
        ret
        .cfi_endproc
finish odd_rbp_general

// The CFA is kept in r13, and the frame's size is known at run time only.
begin odd_cfa_in_r13
        .cfi_startproc
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_offset r13, -16
        movq    %rsp, %r13
        .cfi_def_cfa_register r13
        andl    $0xf0, %esi
        subq    %rsi, %rsp
        call    go_deeper
        movq    %r13, %rsp
        .cfi_def_cfa_register rsp
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore r13
        ret
        .cfi_endproc
finish odd_cfa_in_r13

// A realigned stack with the CFA in rbx.
begin odd_cfa_in_rbx
        .cfi_startproc
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbx, -16
        movq    %rsp, %rbx
        .cfi_def_cfa_register rbx
        andq    $-128, %rsp
        call    go_deeper
        movq    %rbx, %rsp
        .cfi_def_cfa_register rsp
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbx
        ret
        .cfi_endproc
finish odd_cfa_in_rbx

// The CFA is an expression: the word at rsp + 32, plus 8.
begin odd_cfa_in_memory
        .cfi_startproc
        movq    %rsp, %rax
        .cfi_def_cfa_register rax
        subq    $72, %rsp
        andq    $-64, %rsp
        movq    %rax, 32(%rsp)
        .cfi_escape 0x0f, 5, 0x77, 32, 0x06, 0x23, 8
        call    go_deeper
        movq    32(%rsp), %rsp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
finish odd_cfa_in_memory

// The caller's rbp is kept in another register.
begin odd_rbp_in_r12
        .cfi_startproc
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_offset r12, -16
        movq    %rbp, %r12
        .cfi_register rbp, r12
        movq    %rsi, %rbp
        call    go_deeper
        movq    %r12, %rbp
        .cfi_restore rbp
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore r12
        ret
        .cfi_endproc
finish odd_rbp_in_r12

// The place of the caller's rbp is an expression: rsp + 8.
begin odd_rbp_by_expression
        .cfi_startproc
        subq    $24, %rsp
        .cfi_adjust_cfa_offset 24
        movq    %rbp, 8(%rsp)
        .cfi_escape 0x10, 6, 2, 0x77, 8
        movq    %rsi, %rbp
        call    go_deeper
        movq    8(%rsp), %rbp
        .cfi_restore rbp
        addq    $24, %rsp
        .cfi_adjust_cfa_offset -24
        ret
        .cfi_endproc
finish odd_rbp_by_expression

// Two ways out, with the state of the first one taken up again for the second.
begin odd_remembered_state
        .cfi_startproc
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbx, -16
        testq   $1, %rsi
        je      1f
        call    go_deeper
        .cfi_remember_state
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbx
        ret
1:      .cfi_restore_state
        subq    $32, %rsp
        .cfi_adjust_cfa_offset 32
        call    go_deeper
        addq    $32, %rsp
        .cfi_adjust_cfa_offset -32
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
finish odd_remembered_state

// The size of the frame depends on a bit of rbp: CFA = rsp + 16 + (rbp & 16).
begin odd_size_in_a_bit
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbp, -16
        movq    %rsi, %rbp
        testq   $16, %rbp
        je      1f
        subq    $16, %rsp
1:      .cfi_escape 0x0f, 7, 0x77, 16, 0x76, 0, 0x40, 0x1a, 0x22
        call    go_deeper
        testq   $16, %rbp
        je      2f
        addq    $16, %rsp
2:      .cfi_def_cfa rsp, 16
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbp
        ret
        .cfi_endproc
finish odd_size_in_a_bit

// The size of the frame depends on a comparison: CFA = rsp + 16 + 16 * (rbp < rsp).
begin odd_size_by_comparison
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbp, -16
        movq    %rsi, %rbp
        cmpq    %rsp, %rbp
        jge     1f
        subq    $16, %rsp
1:      .cfi_escape 0x0f, 10, 0x77, 16, 0x76, 0, 0x77, 0, 0x2d, 0x34, 0x24, 0x22
        call    go_deeper
        cmpq    %rsp, %rbp
        jge     2f
        addq    $16, %rsp
2:      .cfi_def_cfa rsp, 16
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbp
        ret
        .cfi_endproc
finish odd_size_by_comparison

// Goes on with the stack that ends at `value`.
begin odd_other_stack
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        movq    %rsi, %rsp
        call    go_deeper
        movq    %rbp, %rsp
        popq    %rbp
        .cfi_def_cfa rsp, 8
        .cfi_restore rbp
        ret
        .cfi_endproc
finish odd_other_stack

// void set_trap_flag(uint64_t flag): 256 makes the processor trap after each instruction, 0 ends that.
begin set_trap_flag
        .cfi_startproc
        pushfq
        .cfi_adjust_cfa_offset 8
        andq    $-257, (%rsp)
        orq     %rdi, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
finish set_trap_flag

        .section .note.GNU-stack,"",@progbits
