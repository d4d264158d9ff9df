/* "batch": call i (0 to 9) stands for 10 repetitions and allocates i blocks of 70 bytes; "whole": 1 call for 1,000
 * repetitions with 2,000 allocations; "single": ended by mallocop_op_end_n with 1, and 3 allocations. */
#include <stdlib.h>

#include "mallocop/mallocop.h"

static void* volatile block;

static void use(int count) {
  for (int i = 0; i < count; ++i) {
    block = malloc(70);
    free(block);
  }
}

int main(void) {
  for (int i = 0; i < 10; ++i) {
    const mallocop_op op = mallocop_op_begin("batch");
    use(i);
    mallocop_op_end_n(op, 10);
  }
  mallocop_op op = mallocop_op_begin("whole");
  use(2000);
  mallocop_op_end_n(op, 1000);
  op = mallocop_op_begin_id(mallocop_operation_id("single"));
  use(3);
  mallocop_op_end_n(op, 1);
  return 0;
}
