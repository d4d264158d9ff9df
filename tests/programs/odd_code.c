/* Allocates below code that no unwinder can follow: without unwind information, with information that is wrong, and
 * made at run time. 50 blocks for each kind, in a call of its name; all are freed. Prints "done".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

typedef void odd(void (*)(void*), void*);
odd odd_no_information, odd_far_away, odd_below, odd_unmapped, odd_not_canonical, odd_null, odd_kernel, odd_unaligned,
    odd_endless, odd_expression;

static void* volatile sink;

__attribute__((noinline)) static void allocate(void* name) {
  for (int i = 0; i < 50; ++i) {
    const mallocop_op op = mallocop_op_begin(name);
    sink = malloc((size_t)(100 + i));
    mallocop_op_end(op);
    free(sink);
  }
}

/* What a compiler at run time leaves: a frame with a frame pointer, in memory that belongs to no module. */
static odd* make_code(void) {
  static const unsigned char code[] = {0x55,             /* push rbp */
                                       0x48, 0x89, 0xe5, /* mov rbp, rsp */
                                       0x48, 0x89, 0xf8, /* mov rax, rdi */
                                       0x48, 0x89, 0xf7, /* mov rdi, rsi */
                                       0xff, 0xd0,       /* call rax */
                                       0x5d,             /* pop rbp */
                                       0xc3};            /* ret */
  void* memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) _exit(99);
  memcpy(memory, code, sizeof code);
  odd* made;
  memcpy(&made, &memory, sizeof made);
  return made;
}

int main(void) {
  const struct {
    const char* name;
    odd* function;
  } kinds[] = {{"no_information", odd_no_information},
               {"far_away", odd_far_away},
               {"below", odd_below},
               {"unmapped", odd_unmapped},
               {"not_canonical", odd_not_canonical},
               {"null", odd_null},
               {"kernel", odd_kernel},
               {"unaligned", odd_unaligned},
               {"endless", odd_endless},
               {"expression", odd_expression},
               {"made", make_code()}};
  for (int round = 0; round < 2; ++round)
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i)
      kinds[i].function(allocate, (void*)(uintptr_t)kinds[i].name);
  return write(STDOUT_FILENO, "done\n", 5) == 5 ? 0 : 1;
}
