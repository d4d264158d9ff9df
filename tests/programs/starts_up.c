/* A library whose constructor allocates: the dynamic linker's lock is held around it. */
#include <stdlib.h>

static void* volatile sink;

__attribute__((noinline)) static void churn(int depth) {
  if (depth > 0) churn(depth - 1);
  sink = malloc(444);
  free(sink);
}
__attribute__((constructor)) static void start(void) { churn(4); }

void* run(void) { return malloc(1111); }
