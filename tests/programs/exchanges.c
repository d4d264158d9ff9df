/* A library that hands out blocks and takes them. */
#include <stdlib.h>

void* make_block(void) { return malloc(222); }
void take_block(void* block) { free(block); }
int works(void) {
  void* block = realloc(malloc(10), 1000);
  void* other = calloc(10, 10);
  free(block);
  free(other);
  return block != NULL && other != NULL;
}
