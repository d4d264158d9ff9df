/* Publishes its own counts in a shared mapped file before each step, so that they outlive it.
 *
 *     publisher FILE STEPS END     END: exit segv abort _exit quick_exit forever, or
 *                                           exec PROGRAM [ARGUMENT]...
 *
 * Before an allocation the number is counted up, then it is made; the same for a free. After STEPS steps it ends as
 * told; "forever" goes on until somebody kills it.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { kSlots = 64 };

struct counts {
  volatile uint64_t allocations, frees;
};

static void* volatile slot[kSlots];
static volatile uintptr_t nowhere = 16;

static void end(char** arguments) {
  const char* const how = arguments[0];
  if (strcmp(how, "segv") == 0) *(volatile int*)nowhere = 1;
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "_exit") == 0) _exit(5);
  if (strcmp(how, "quick_exit") == 0) quick_exit(6);
  if (strcmp(how, "exec") == 0) execv(arguments[1], arguments + 1);
}

int main(int argc, char** argv) {
  if (argc < 4) return 99;
  const int fd = open(argv[1], O_RDWR);
  struct counts* counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (counts == MAP_FAILED) return 98;
  const int forever = strcmp(argv[3], "forever") == 0;
  alarm(100); /* nobody came */
  const uint64_t steps = strtoull(argv[2], NULL, 10);
  for (uint64_t i = 0; forever || i < steps; ++i) {
    void* volatile* here = &slot[(i * 7) % kSlots];
    if (*here != NULL) {
      ++counts->frees;
      free(*here);
    }
    ++counts->allocations;
    *here = malloc(1 + i % 500);
  }
  end(argv + 3);
  return 3;
}
