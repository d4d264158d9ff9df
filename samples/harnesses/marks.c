/* Marks in C: mallocop run -- ./marks */
#include <stdlib.h>
#include <string.h>

#include "mallocop/mallocop.h"

static char* parse(const char* line) { return strcpy(malloc(strlen(line) + 1), line); }

int main(void) {
  for (int i = 0; i < 10; ++i) {
    mallocop_op op = mallocop_op_begin("parse");
    char* parsed = parse("a line of text");
    mallocop_op_end(op);
    free(parsed);
  }
  return 0;
}
