/* A 32-bit program without any library: ends with status 7. */
void _start(void) { __asm__ volatile("movl $1, %eax; movl $7, %ebx; int $0x80"); }
