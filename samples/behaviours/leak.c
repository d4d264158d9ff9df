/* Three blocks, of which one is freed: 3 allocations, 1 free, 2 leaked with 300 bytes. */
#include <stdlib.h>

static void* volatile kept[3]; /* volatile: the compiler must not see that nobody uses them */

int main(void) {
  for (size_t i = 0; i < 3; ++i) kept[i] = malloc(100 * (i + 1));
  free(kept[2]);
  kept[0] = NULL;
  kept[1] = NULL;
  return 0;
}
