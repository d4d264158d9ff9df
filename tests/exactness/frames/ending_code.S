// Frames that stacks end in: libunwind cannot go beyond them, or nobody can. Called as those of odd_code.S are.

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

// The inner one of two frames says that its caller's rbp is lost; the outer one does not need it, and has its own
// caller's. Unwinding can go on. For libunwind this is where a stack ends.
begin odd_rbp_undefined
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_offset rbp, -16
        movq    %rsi, %rbp
        call    rbp_is_lost
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbp
        ret
        .cfi_endproc
finish odd_rbp_undefined
        .type   rbp_is_lost, @function
        .p2align 4
rbp_is_lost:
        .cfi_startproc
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        .cfi_undefined rbp
        xorl    %ebp, %ebp
        call    go_deeper
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
finish rbp_is_lost

// The caller's registers are described as in a jump buffer: the stack pointer is kept somewhere, and is not the CFA.
// libunwind does not look there.
begin odd_stack_pointer_kept
        .cfi_startproc
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_offset r13, -16
        subq    $32, %rsp
        .cfi_adjust_cfa_offset 32
        leaq    48(%rsp), %rax
        movq    %rax, 8(%rsp)
        movq    40(%rsp), %rax
        movq    %rax, 16(%rsp)
        movq    %r13, 24(%rsp)
        movq    %rsp, %r13
        .cfi_remember_state
        .cfi_def_cfa r13, 0
        .cfi_offset rsp, 8
        .cfi_offset rip, 16
        .cfi_offset r13, 24
        call    go_deeper
        .cfi_restore_state
        addq    $32, %rsp
        .cfi_adjust_cfa_offset -32
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore r13
        ret
        .cfi_endproc
finish odd_stack_pointer_kept

// The inner one of two frames takes its argument off the stack when it returns, so the outer one's stack pointer is 8
// more than the inner one's CFA. libunwind does not look there either.
begin odd_callee_pops
        .cfi_startproc
        subq    $16, %rsp
        .cfi_adjust_cfa_offset 16
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        call    pops
        .cfi_adjust_cfa_offset -8
        addq    $16, %rsp
        .cfi_adjust_cfa_offset -16
        ret
        .cfi_endproc
finish odd_callee_pops
        .type   pops, @function
        .p2align 4
pops:
        .cfi_startproc
        .cfi_escape 0x16, 7, 2, 0x23, 8
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    go_deeper
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        ret     $8
        .cfi_endproc
finish pops

// No unwind information; rbp is the caller's, or any number.
begin odd_without_information
        subq    $24, %rsp
        call    go_deeper
        addq    $24, %rsp
        ret
finish odd_without_information
begin odd_without_information_or_rbp
        pushq   %rbp
        movq    %rsi, %rbp
        call    go_deeper
        popq    %rbp
        ret
finish odd_without_information_or_rbp

        .section .note.GNU-stack,"",@progbits
