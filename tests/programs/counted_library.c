/* See counted.h. */
#include <stdlib.h>

#include "counted.h"

void counted_library_work(int blocks) {
  while (blocks-- > 0) {
    void* volatile block = malloc(24);
    free(block);
  }
}

void counted_library_tail(int blocks) { counted_library_work(blocks); }
