/* Somebody else's preload library, with a constructor that allocates by several entry points before main. */
#include <malloc.h>
#include <stdlib.h>

static void* volatile kept[3];

__attribute__((constructor)) static void start(void) {
  kept[0] = calloc(3, 5);
  kept[1] = memalign(64, 20);
  kept[2] = realloc(NULL, 30);
  free(kept[1]);
}
