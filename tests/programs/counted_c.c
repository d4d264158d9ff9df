/* See counted.h. */
#include "counted.h"

#include <stdlib.h>

void counted_c_work(void) {
  void* volatile block = malloc(40);
  free(block);
}
