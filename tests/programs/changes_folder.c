/* Leaves its folder before it allocates, much enough for a trace that has to grow. Ends with status 7. */
#include <stdlib.h>
#include <unistd.h>

static void* volatile kept;

int main(void) {
  if (chdir("/") != 0) return 9;
  for (size_t i = 0; i < 100000; ++i) kept = malloc(i * 37 % 900);
  return 7;
}
