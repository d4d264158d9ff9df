/* See counted.h. */
#include "counted.h"

#include <stdlib.h>

void counted_library_work(int blocks) {
  while (blocks-- > 0) {
    void* volatile block = malloc(24);
    free(block);
  }
}
