/* Functions with every kind of first instructions. Each takes a number and gives one; what it gives is said beside it.
 * They lie between a cushion of int3 each, so that padding is there only where a test asks for it. */

	.macro function name
	.text
	.p2align 4, 0xcc
	.globl \name
	.type \name, @function
\name:
	.endm

	.macro done name
	.size \name, . - \name
	.endm

	/* x + 3, with a frame */
	function frame_pointer
	push %rbp
	mov %rsp, %rbp
	sub $16, %rsp
	mov %rdi, -8(%rbp)
	mov -8(%rbp), %rax
	add $3, %rax
	leave
	ret
	done frame_pointer

	/* x * 2, behind an endbr64 */
	function behind_endbr
	endbr64
	push %rbx
	mov %rdi, %rbx
	lea (%rbx,%rbx), %rax
	pop %rbx
	ret
	done behind_endbr

	/* x + 41: the first instruction reads relative to itself */
	function relative_first
	mov number(%rip), %rax
	add %rdi, %rax
	ret
	done relative_first

	/* x + 7: an immediate stands behind the displacement */
	function relative_store
	movq $7, scratch(%rip)
	mov scratch(%rip), %rax
	add %rdi, %rax
	ret
	done relative_store

	/* x + 41 through an address */
	function relative_address
	endbr64
	lea number(%rip), %rax
	mov (%rax), %rax
	add %rdi, %rax
	ret
	done relative_address

	/* 1 if x is 0, else x + 1 */
	function short_branch
	test %rdi, %rdi
	je 1f
	lea 1(%rdi), %rax
	ret
1:	mov $1, %eax
	ret
	done short_branch

	/* x - 1: a short jump, then padding */
	function short_jump
	jmp 1f
	nop
	nop
	nop
1:	lea -1(%rdi), %rax
	ret
	done short_jump

	/* x + 3: goes on to another function */
	function long_jump
	jmp frame_pointer
	done long_jump

	/* x + 5: the first bytes are a call */
	function call_first
	call five
	add %rdi, %rax
	ret
	done call_first

	/* x + 5: a call behind a short prologue, as compilers write most functions */
	function call_second
	sub $8, %rsp
	call five
	add $8, %rsp
	add %rdi, %rax
	ret
	done call_second

	/* x + 5: the same through a pointer relative to the instruction */
	function call_pointer
	sub $8, %rsp
	call *five_pointer(%rip)
	add $8, %rsp
	add %rdi, %rax
	ret
	done call_pointer

	/* x + 5: the same through a register and memory */
	function call_register
	lea five_pointer(%rip), %rax
	push %rdi
	call *(%rax)
	pop %rdi
	add %rdi, %rax
	ret
	done call_register

	/* x: three bytes and padding */
	function short_and_padded
	mov %edi, %eax
	ret
	done short_and_padded

	/* x, with nothing behind it but another function */
	function short_and_followed
	mov %edi, %eax
	ret
	done short_and_followed
	.globl follows
	.type follows, @function
follows:
	mov $9, %eax
	ret
	done follows

	/* the sum of 1 to x, by a loop into the first bytes */
	function jumped_into
	xor %eax, %eax
1:	add %rdi, %rax
	dec %rdi
	jne 1b
	ret
	done jumped_into

	/* 0, by a loop to the first byte */
	function loops_to_start
	sub $1, %rdi
	jne loops_to_start
	mov %rdi, %rax
	ret
	done loops_to_start

	/* 0: calls itself as its last deed, x times */
	function calls_itself_last
	push %rbx
	mov %rdi, %rbx
	test %rbx, %rbx
	je 1f
	lea -1(%rbx), %rdi
	pop %rbx
	jmp calls_itself_last
1:	xor %eax, %eax
	pop %rbx
	ret
	done calls_itself_last

	function counts_first
	xor %eax, %eax
	jrcxz 1f
	nop
	nop
1:	ret
	done counts_first

	/* 10, 20, 30 or 40 by a table of offsets; 0 else. No frame: only the table tells that nothing leads back */
	function table
	cmp $3, %rdi
	ja 9f
	lea table_offsets(%rip), %rdx
	movslq (%rdx,%rdi,4), %rax
	add %rdx, %rax
	jmp *%rax
1:	mov $10, %eax
	ret
2:	mov $20, %eax
	ret
3:	mov $30, %eax
	ret
4:	mov $40, %eax
	ret
9:	xor %eax, %eax
	ret
	done table
	.section .rodata
	.p2align 2
table_offsets:
	.long 1b - table_offsets, 2b - table_offsets, 3b - table_offsets, 4b - table_offsets

	function table_into
	xor %eax, %eax
1:	add %edi, %eax
	lea table_into_offsets(%rip), %rdx
	movslq (%rdx,%rdi,4), %rcx
	add %rdx, %rcx
	jmp *%rcx
2:	ret
	done table_into
	.section .rodata
	.p2align 2
table_into_offsets:
	.long 2b - table_into_offsets, 1b - table_into_offsets

	/* A table of addresses, which leads into the first bytes */
	function addresses_into
	xor %eax, %eax
1:	add %edi, %eax
	lea addresses_into_table(%rip), %rdx
	jmp *(%rdx,%rdi,8)
2:	ret
	done addresses_into
	.section .data.rel.ro, "aw"
	.p2align 3
addresses_into_table:
	.quad 2b, 1b

	/* 10 or 20 by a table of addresses */
	function addresses
	and $1, %edi
	lea addresses_table(%rip), %rdx
	jmp *(%rdx,%rdi,8)
1:	mov $10, %eax
	ret
2:	mov $20, %eax
	ret
	done addresses
	.section .data.rel.ro, "aw"
	.p2align 3
addresses_table:
	.quad 1b, 2b

	/* Goes where a computation says, and has no frame */
	function unknown_jump
	lea (%rdi,%rdi,2), %rax
	nop
	xor $1, %rax
	imul %rdi, %rax
	jmp *%rax
	done unknown_jump

	/* x + 4, the same with a frame: seven bytes of it have to go */
	function unknown_jump_framed
	lea 4(%rdi), %rax
	push %rbx
	push %rbp
	lea 1f(%rip), %rbx
	xor $0, %rbx
	jmp *%rbx
1:	pop %rbp
	pop %rbx
	ret
	done unknown_jump_framed

	/* x + 1, or x + 2 for 0, by a part that lies elsewhere and jumps back */
	function with_cold_part
	test %rdi, %rdi
	je with_cold_part.cold
1:	lea 1(%rdi), %rax
	ret
	done with_cold_part
	.section .text.unlikely, "ax"
	.type with_cold_part.cold, @function
with_cold_part.cold:
	inc %rdi
	jmp 1b
	.size with_cold_part.cold, . - with_cold_part.cold

	function cold_part_into
	xor %eax, %eax
1:	add %edi, %eax
	test %rdi, %rdi
	je cold_part_into.cold
	ret
	done cold_part_into
	.section .text.unlikely, "ax"
	.type cold_part_into.cold, @function
cold_part_into.cold:
	inc %rdi
	jmp 1b
	.size cold_part_into.cold, . - cold_part_into.cold

	/* Another function begins in its first bytes */
	function outer_function
	nop
	nop
	.globl inner_function
	.type inner_function, @function
inner_function:
	mov $1, %eax
	ret
	done inner_function
	done outer_function

	function no_code
	.byte 0x06, 0x06, 0x06, 0x06, 0x06, 0x06
	ret
	done no_code

	function runs_on
	mov %edi, %eax
	nop
	done runs_on

	function five
	mov $5, %eax
	ret
	done five

	.section .rodata
	.p2align 3
number:	.quad 41

	.section .data.rel.ro, "aw"
	.p2align 3
five_pointer:
	.quad five

	.bss
	.p2align 3
scratch:
	.skip 8

	.section .note.GNU-stack, "", @progbits
