/* 500 times, a signal arrives in the middle of the allocator's realloc, and its handler allocates, resizes and frees:
 * the handler runs inside the hook. Made for bump_malloc, which raises the signal. Per round: the main code's
 * malloc(50) and realloc to 100; the handler's malloc(10), calloc(2, 10), and a free of the first.
 *
 *     signal_in_realloc
 *     signal_in_realloc further-out       the handler's stack is its own, and lies further out than the hook's frame
 *     signal_in_realloc leave              the handler leaves realloc, and the hook, by longjmp; then 30 bytes are had
 *                                          and given back
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void* volatile first;
static void* volatile second;

static int leave;
static sigjmp_buf place;

static void handler(int signal) {
  (void)signal;
  if (leave) siglongjmp(place, 1);
  first = malloc(10);
  second = calloc(2, 10);
  free(first);
}

int main(int argc, char** argv) {
  char own_stack[16384];
  leave = argc > 1 && strcmp(argv[1], "leave") == 0;
  const int alternately = argc > 1 && !leave;
  static int* bump_signal;
  bump_signal = (int*)dlsym(RTLD_DEFAULT, "bump_signal");
  if (bump_signal == NULL) return 99;
  const stack_t alternate = {own_stack, 0, sizeof own_stack};
  if (alternately) sigaltstack(&alternate, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = alternately ? SA_ONSTACK : 0;
  sigaction(SIGUSR1, &action, NULL);
  for (volatile int i = 0; i < 500; ++i) {
    void* volatile block = malloc(50);
    *bump_signal = SIGUSR1;
    if (sigsetjmp(place, 1) != 0) {
      *bump_signal = 0;
      first = malloc(30);
      free(first);
      continue;
    }
    block = realloc(block, 100);
    *bump_signal = 0;
    free(block);
  }
  return 0;
}
