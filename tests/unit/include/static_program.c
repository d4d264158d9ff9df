/* A static program has no dlsym() to find the shim with: it must link, and its marks must do nothing. */
#include "mallocop/mallocop.h"

int main(void) {
  const mallocop_op op = mallocop_op_begin("static");
  mallocop_op_end(op);
  return op.call != 0 || mallocop_active();
}
