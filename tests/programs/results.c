/* Prints what each function of the allocator's gave, what it left in errno, whether the block is aligned as asked, and
 * whether its usable size is the one that glibc keeps in front of it: nothing that a shim may change. errno is 1234
 * before each call. Addresses and what depends on them are not printed. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static size_t size_in_front_of(void* block) {
  if (block == NULL) return 0;
  const size_t head = ((const size_t*)block)[-1];
  return (head & ~(size_t)7) - ((head & 2) != 0 ? 16 : 8); /* a mapping of its own has two words of its own */
}

static void show(const char* call, void* block, int error, size_t alignment) {
  const int own = malloc_usable_size(block) == size_in_front_of(block);
  errno = 1234;
  free(block);
  printf("%s: %s errno %d aligned %d usable %s free errno %d\n", call, block ? "block" : "NULL", error,
         (uintptr_t)block % alignment == 0, own ? "own" : "changed", errno);
}

static void* tried;
#define SHOW(call, alignment) (errno = 1234, tried = (call), show(#call, tried, errno, alignment))

static void* aligned(size_t alignment, size_t size) {
  void* out = NULL;
  const int result = posix_memalign(&out, alignment, size);
  if (result != 0) printf("posix_memalign: %d\n", result);
  return out;
}

int main(void) {
  const volatile size_t huge = SIZE_MAX / 2;
  const size_t sizes[] = {0, 1, 24, 25, 100, 1000, 5000, 131072, 1000000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    const size_t n = sizes[i];
    printf("--- %zu\n", n);
    SHOW(malloc(n), 16);
    SHOW(calloc(3, n), 16);
    SHOW(realloc(NULL, n), 16);
    SHOW(realloc(malloc(77), n + 1), 16);
    SHOW(reallocarray(NULL, 2, n), 16);
    SHOW(reallocarray(malloc(5), 2, n + 1), 16);
    SHOW(aligned(64, n), 64);
    SHOW(aligned_alloc(256, n), 256);
    SHOW(memalign(128, n), 128);
    SHOW(valloc(n), 4096);
    SHOW(pvalloc(n), 4096);
  }
  printf("--- failures\n");
  SHOW(malloc(huge), 1);
  SHOW(calloc(huge, 3), 1);
  SHOW(realloc(NULL, huge), 1);
  SHOW(reallocarray(NULL, huge, 3), 1);
  SHOW(aligned(24, 10), 1);
  SHOW(aligned(64, huge), 1);
  SHOW(aligned_alloc(64, huge), 1);
  SHOW(memalign(64, huge), 1);
  SHOW(valloc(huge), 1);
  SHOW(pvalloc(huge), 1);
  SHOW(realloc(malloc(40), 0), 1);
  void* volatile kept = malloc(40);
  SHOW(realloc(kept, huge), 1);
  SHOW(reallocarray(kept, huge, 3), 1);
  SHOW(kept, 16); /* is still there */
  errno = 1234;
  const size_t usable = malloc_usable_size(NULL);
  printf("usable size of NULL: %zu errno %d\n", usable, errno);
  return 0;
}
