/* 1,000 times malloc and free of a block that nobody looks at: a compiler may leave them out. */
#include <stdlib.h>

int main(void) {
  for (int i = 0; i < 1000; ++i) free(malloc(10));
  return 0;
}
