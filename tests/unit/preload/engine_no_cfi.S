// A frame that no unwind information describes.
        .text
        .globl  call_without_information
        .type   call_without_information, @function
call_without_information:
        subq    $24, %rsp
        call    *%rdi
        addq    $24, %rsp
        ret
        .size   call_without_information, .-call_without_information
        .section .note.GNU-stack,"",@progbits
