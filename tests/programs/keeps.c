/* Keeps BLOCKS blocks of many sizes, so that its trace cannot stay small; prints "done" and ends with status 5. */
#include <stdlib.h>
#include <unistd.h>

static void* volatile kept;

int main(int argc, char** argv) {
  const long blocks = argc > 1 ? atol(argv[1]) : 0;
  for (long i = 0; i < blocks; ++i) kept = malloc((size_t)(i * 37 % 900));
  return write(STDOUT_FILENO, "done\n", 5) == 5 ? 5 : 4;
}
