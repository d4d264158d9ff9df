/* IFUNC resolvers that allocate: they run while the dynamic linker relocates this program, or this library, before any
 * constructor. With -DMAIN a program; without, the library that it needs, which is relocated before it and before
 * everything that was preloaded.
 */
#include <stdlib.h>
#include <string.h>

static char* kept;

static int chosen(void) { return 42; }
__attribute__((used)) static int (*choose(void))(void) {
  void* volatile one = malloc(111);
  kept = calloc(2, 111);
  free(one);
  return chosen;
}
static int resolved(void) __attribute__((ifunc("choose")));

#ifdef MAIN
extern int from_library(void);
int main(void) {
  const int sum = resolved() + from_library();
  free(kept);
  return sum == 84 ? 0 : 1;
}
#else
int from_library(void) {
  /* What came from the resolver is a block like any other. */
  kept = realloc(kept, 5000);
  if (kept == NULL || kept[221] != 0) return 0;
  free(kept);
  return resolved();
}
#endif
