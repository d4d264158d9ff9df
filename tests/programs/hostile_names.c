/* One block for the operation that argv[1] names. The function and its file have names that a test writes over in the
 * finished program, where no compiler could object. */
#include <stdlib.h>

#include "mallocop/mallocop.h"

static void* volatile block;

__attribute__((noinline)) void function_name_to_write_over_0123456789_0123456789(void);

int main(int argc, char** argv) {
  const mallocop_op op = mallocop_op_begin(argc > 1 ? argv[1] : "usual");
  function_name_to_write_over_0123456789_0123456789();
  mallocop_op_end(op);
  return 0;
}

#line 7 "file_name_to_write_over_0123456789_0123456789.c"
void function_name_to_write_over_0123456789_0123456789(void) {
  block = malloc(40);
  block = block; /* no tail call */
}
