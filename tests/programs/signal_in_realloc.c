/* 500 times, a signal arrives in the middle of the allocator's realloc, and its handler allocates, resizes and frees:
 * the handler runs inside the hook. Made for bump_malloc, which raises the signal. Per round: the main code's
 * malloc(50) and realloc to 100; the handler's malloc(10), calloc(2, 10), and a free of the first.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void* volatile first;
static void* volatile second;

static void handler(int signal) {
  (void)signal;
  first = malloc(10);
  second = calloc(2, 10);
  free(first);
}

int main(void) {
  int* const bump_signal = (int*)dlsym(RTLD_DEFAULT, "bump_signal");
  if (bump_signal == NULL) return 99;
  signal(SIGUSR1, handler);
  for (int i = 0; i < 500; ++i) {
    void* block = malloc(50);
    *bump_signal = SIGUSR1;
    block = realloc(block, 100);
    *bump_signal = 0;
    free(block);
  }
  return 0;
}
