/* Prints what each function of the allocator's gave, what it left in errno, and the usable size: nothing that a shim may
 * change. errno is 1234 before each call. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOW(call)                                                                                           \
  do {                                                                                                       \
    errno = 1234;                                                                                            \
    void* volatile block = (call);                                                                           \
    const int after = errno;                                                                                 \
    printf("%s: %s errno %d usable %zu aligned %d\n", #call, block ? "block" : "NULL", after,                \
           malloc_usable_size(block), (int)((uintptr_t)block % 4096 == 0));                                  \
    errno = 1234;                                                                                            \
    free(block);                                                                                             \
    printf("free: errno %d\n", errno);                                                                       \
  } while (0)

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
    SHOW(malloc(n));
    SHOW(calloc(3, n));
    SHOW(realloc(NULL, n));
    SHOW(realloc(malloc(77), n + 1));
    SHOW(reallocarray(NULL, 2, n));
    SHOW(reallocarray(malloc(5), 2, n + 1));
    SHOW(aligned(64, n));
    SHOW(aligned_alloc(256, n));
    SHOW(memalign(128, n));
    SHOW(valloc(n));
    SHOW(pvalloc(n));
  }
  printf("--- failures\n");
  SHOW(malloc(huge));
  SHOW(calloc(huge, 3));
  SHOW(realloc(NULL, huge));
  SHOW(reallocarray(NULL, huge, 3));
  SHOW(aligned(24, 10));
  SHOW(aligned(64, huge));
  SHOW(aligned_alloc(64, huge));
  SHOW(memalign(64, huge));
  SHOW(valloc(huge));
  SHOW(pvalloc(huge));
  SHOW(realloc(malloc(40), 0));
  errno = 1234;
  printf("usable size of NULL: %zu errno %d\n", malloc_usable_size(NULL), errno);
  return 0;
}
