/* CALLS calls of the operation "work" with EACH allocations of 32 bytes, which are freed; then the exit status STATUS.
 *
 *     calls CALLS EACH [STATUS]
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "mallocop/mallocop.h"

static void* volatile block;

__attribute__((noinline)) static void allocate_here(void) {
  block = malloc(32);
  free(block);
}

int main(int argc, char** argv) {
  if (argc < 3) return 99;
  for (int i = 0; i < atoi(argv[1]); ++i) {
    const mallocop_op op = mallocop_op_begin("work");
    for (int j = 0; j < atoi(argv[2]); ++j) allocate_here();
    mallocop_op_end(op);
  }
  if (argc > 3 && strcmp(argv[3], "kill") == 0) raise(SIGKILL);
  return argc > 3 ? atoi(argv[3]) : 0;
}
