/* Looks whether blocks have the usable size that glibc gives for the size that was asked for, and whether blocks that
 * did not come through malloc's public name are taken: their size, a resize and a free. Status 0 if so.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

extern void* __libc_malloc(size_t size); /* the same allocator, past everybody who stands before it */

enum { kBlocks = 20 };

/* A chunk is a multiple of 16, at least 32, of which all but 8 bytes can be used. */
static size_t expected(size_t size) {
  const size_t chunk = (size + 8 + 15) & ~(size_t)15;
  return (chunk < 32 ? 32 : chunk) - 8;
}

int main(void) {
  for (size_t size = 0; size < 3000; size += 13) {
    size_t least = (size_t)-1; /* one may lie in a hole that is a little larger */
    void* blocks[kBlocks];
    for (int i = 0; i < kBlocks; ++i) {
      blocks[i] = malloc(size);
      if (malloc_usable_size(blocks[i]) < least) least = malloc_usable_size(blocks[i]);
    }
    for (int i = 0; i < kBlocks; ++i) free(blocks[i]);
    if (least != expected(size)) return 1;
  }
  for (int i = 0; i < 100; ++i) {
    char* foreign = __libc_malloc(100);
    memset(foreign, 7, 100);
    if (malloc_usable_size(foreign) < expected(100)) return 2;
    foreign = realloc(foreign, 5000);
    if (foreign == NULL || foreign[99] != 7) return 3;
    free(foreign);
    free(__libc_malloc(10));
  }
  return 0;
}
