/* A preload library whose constructor runs before every other one, mallocop's too if it is listed behind it: -z
 * initfirst belongs to the last library that asks for it. It calls every function before anything else has, keeps what
 * it gets, and gives some of it back at the very end.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* kept[8];

static void require(int holds) {
  static const char text[] = "first_of_all: a block is not as it should be\n";
  if (holds) return;
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(98);
  _exit(97);
}

__attribute__((constructor)) static void start(void) {
  errno = 1234;
  kept[0] = calloc(3, 5);
  require(kept[0] != NULL && ((char*)kept[0])[14] == 0);
  kept[1] = realloc(NULL, 30);
  memset(kept[1], 7, 30);
  kept[1] = realloc(kept[1], 3000);
  require(kept[1] != NULL && ((char*)kept[1])[29] == 7 && malloc_usable_size(kept[1]) >= 3000);
  kept[2] = memalign(256, 20);
  require((size_t)kept[2] % 256 == 0);
  require(posix_memalign(&kept[3], 64, 40) == 0 && (size_t)kept[3] % 64 == 0);
  kept[4] = aligned_alloc(128, 128);
  kept[5] = malloc(1000000);
  require(kept[5] != NULL && errno == 1234);
  free(kept[2]);
  free(kept[5]);
  kept[2] = kept[5] = NULL;
}

__attribute__((destructor)) static void end(void) {
  kept[1] = realloc(kept[1], 6000);
  require(((char*)kept[1])[29] == 7);
  for (int i = 0; i < 8; ++i) free(kept[i]);
}
