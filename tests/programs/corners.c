/* Each case is a call of the operation of its name, once: every function of the allocator, requests that fail, and
 * realloc in its corners. Says for each what it did by its own reckoning: a line "NAME ALLOCATIONS BYTES FREES". Under
 * the shim, status 94 if the thread's totals say something else.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

static void* volatile a;
static void* volatile b;

static void say(const char* name, unsigned long allocations, unsigned long bytes, unsigned long frees) {
  char line[100];
  const int length = snprintf(line, sizeof line, "%s %lu %lu %lu\n", name, allocations, bytes, frees);
  if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(99);
}

static void expect(struct mallocop_totals before, unsigned long allocations, unsigned long bytes, unsigned long frees) {
  const struct mallocop_totals after = mallocop_thread_totals();
  if (mallocop_recording() && (after.allocations - before.allocations != allocations ||
                               after.bytes - before.bytes != bytes || after.frees - before.frees != frees))
    _exit(94);
}

#define CASE(name, call, allocations, bytes, frees)                 \
  do {                                                              \
    const struct mallocop_totals so_far = mallocop_thread_totals(); \
    const mallocop_op op = mallocop_op_begin(name);                 \
    call;                                                           \
    mallocop_op_end(op);                                            \
    say(name, allocations, bytes, frees);                           \
    expect(so_far, allocations, bytes, frees);                      \
  } while (0)
#define FAILS(name, call)                  \
  do {                                     \
    CASE(name, b = (call), 0UL, 0UL, 0UL); \
    if (b != NULL) return 98;              \
  } while (0)

int main(void) {
  const volatile size_t huge = SIZE_MAX / 2;
  const volatile size_t most = SIZE_MAX;
  void* out = NULL;
  void (*sized)(void*, size_t);
  void (*aligned_sized)(void*, size_t, size_t);
  *(void**)&sized = dlsym(RTLD_DEFAULT, "free_sized"); /* C23's, which this C library may not have */
  *(void**)&aligned_sized = dlsym(RTLD_DEFAULT, "free_aligned_sized");

  CASE("malloc", a = malloc(10), 1UL, 10UL, 0UL);
  CASE("free", free(a), 0UL, 0UL, 1UL);
  CASE("calloc", a = calloc(3, 5), 1UL, 15UL, 0UL);
  CASE("realloc", a = realloc(a, 100), 1UL, 100UL, 1UL);
  CASE("reallocarray", a = reallocarray(a, 7, 11), 1UL, 77UL, 1UL);
  free(a);
  CASE("posix_memalign", if (posix_memalign(&out, 64, 50) != 0) return 97, 1UL, 50UL, 0UL);
  free(out);
  CASE("aligned_alloc", a = aligned_alloc(64, 128), 1UL, 128UL, 0UL);
  if (aligned_sized != NULL) {
    CASE("free_aligned_sized", aligned_sized(a, 64, 128), 0UL, 0UL, 1UL);
  } else {
    free(a);
  }
  CASE("memalign", a = memalign(64, 60), 1UL, 60UL, 0UL);
  if (sized != NULL) {
    CASE("free_sized", sized(a, 60), 0UL, 0UL, 1UL);
  } else {
    free(a);
  }
  CASE("valloc", a = valloc(70), 1UL, 70UL, 0UL);
  free(a);
  CASE("pvalloc", a = pvalloc(80), 1UL, 80UL, 0UL);
  CASE("malloc_usable_size", if (malloc_usable_size(a) < 80) return 96, 0UL, 0UL, 0UL);
  free(a);

  CASE("free of NULL", free(NULL), 0UL, 0UL, 0UL);
  CASE("malloc of nothing", a = malloc(0), 1UL, 0UL, 0UL);
  CASE("realloc of nothing to something", a = realloc(a, 20), 1UL, 20UL, 1UL);
  CASE("realloc in place", a = realloc(a, 21), 1UL, 21UL, 1UL);
  CASE("realloc to nothing", if (realloc(a, 0) != NULL) return 95, 0UL, 0UL, 1UL);
  CASE("realloc of NULL", a = realloc(NULL, 30), 1UL, 30UL, 0UL);
  CASE("realloc of NULL to nothing", b = realloc(NULL, 0), 1UL, 0UL, 0UL);
  free(b);
  CASE("malloc of 5 GiB", b = malloc(5UL << 30), 1UL, 5UL << 30, 0UL);
  free(b);

  FAILS("realloc fails", realloc(a, huge));
  FAILS("reallocarray overflows", reallocarray(a, huge, 3));
  FAILS("reallocarray fails", reallocarray(a, 1, huge));
  memset(a, 1, 30); /* is still there */
  free(a);
  FAILS("malloc fails", malloc(huge));
  FAILS("malloc overflows", malloc(most));
  FAILS("calloc overflows", calloc(huge, 3));
  FAILS("calloc fails", calloc(huge, 1));
  FAILS("memalign overflows", memalign(1UL << 62, most - 100));
  FAILS("aligned_alloc fails", aligned_alloc(64, huge));
  FAILS("valloc overflows", valloc(most));
  FAILS("pvalloc overflows", pvalloc(most));
  out = NULL;
  FAILS("posix_memalign with a bad alignment", posix_memalign(&out, 24, 10) == EINVAL ? out : &out);
  FAILS("posix_memalign with none", posix_memalign(&out, 0, 10) == EINVAL ? out : &out);
  FAILS("posix_memalign fails", posix_memalign(&out, 64, huge) == ENOMEM ? out : &out);
  CASE("aligned_alloc with an alignment that is no power of two", b = aligned_alloc(24, 40), b != NULL ? 1UL : 0UL,
       b != NULL ? 40UL : 0UL, 0UL);
  free(b);
  return 0;
}
