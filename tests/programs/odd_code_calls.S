// Code that unwinders cannot follow: NAME(callback, argument) calls callback(argument).
        .text
        .macro  begin name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .endm
        .macro  call_and_return
        subq    $24, %rsp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        call    *%rax
        addq    $24, %rsp
        ret
        .endm

// Nothing describes it.
begin odd_no_information
        call_and_return
        .size   odd_no_information, .-odd_no_information

// The caller's frame is said to be far outside of the stack.
begin odd_far_away
        .cfi_startproc
        .cfi_def_cfa_offset 0x40000000
        call_and_return
        .cfi_endproc
        .size   odd_far_away, .-odd_far_away

// … or below this one's.
begin odd_below
        .cfi_startproc
        .cfi_def_cfa_offset -4096
        call_and_return
        .cfi_endproc
        .size   odd_below, .-odd_below

// The frame is found through rbp, which is no address: not mapped, not canonical, not aligned, null.
        .macro  with_frame_pointer name, value
begin \name
        .cfi_startproc
        .cfi_def_cfa rbp, 16
        .cfi_offset rbp, -16
        pushq   %rbp
        movabsq $\value, %rbp
        subq    $16, %rsp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        call    *%rax
        addq    $16, %rsp
        popq    %rbp
        ret
        .cfi_endproc
        .size   \name, .-\name
        .endm
with_frame_pointer odd_unmapped, 0x10000
with_frame_pointer odd_not_canonical, 0x5555555555555550
with_frame_pointer odd_null, 0
with_frame_pointer odd_kernel, 0xffffffff81000000
with_frame_pointer odd_unaligned, 0x7fff00000003

// Its own return address is said to be its caller's, and for 256 frames that is what lies on the stack.
begin odd_endless
        .cfi_startproc
        .cfi_def_cfa_offset 16
        subq    $8, %rsp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        leaq    0f(%rip), %rdx
        subq    $4096, %rsp
        movq    $0, %rcx
1:      movq    %rdx, (%rsp, %rcx, 8)
        incq    %rcx
        cmpq    $512, %rcx
        jne     1b
        call    *%rax
0:      addq    $4096, %rsp
        addq    $8, %rsp
        ret
        .cfi_endproc
        .size   odd_endless, .-odd_endless

// An expression that reads from an address that is none.
begin odd_expression
        .cfi_startproc
        .cfi_escape 0x0f, 0x04, 0x08, 0x08, 0x06, 0x06  # CFA: what lies where what lies at 8 points to
        call_and_return
        .cfi_endproc
        .size   odd_expression, .-odd_expression
        .section .note.GNU-stack,"",@progbits
