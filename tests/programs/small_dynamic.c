/* A 32-bit program with a C library: allocates, says "32-bit" and ends with status 7. No 32-bit headers are needed. */
void* malloc(unsigned);
void free(void*);
int puts(const char*);
void exit(int);

void run(void) {
  free(malloc(10));
  puts("32-bit");
  exit(7);
}

__attribute__((naked)) void _start(void) { __asm__ volatile("andl $-16, %esp; call run"); }
