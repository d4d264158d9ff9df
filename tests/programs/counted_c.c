/* See counted.h. */
#include <stdlib.h>

#include "counted.h"

void counted_c_work(void) {
  void* volatile block = malloc(40);
  free(block);
}
