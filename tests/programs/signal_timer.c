/* A handler allocates and frees every 50 microseconds, wherever the main code happens to be, until it ran 3,000 times.
 * Its allocator must bear that (bump_malloc). Prints how much both allocated: {"allocations": N, "bytes": N, ...}, and
 * how often the handler was told other totals than what it did.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kSignals = 3000 };

static volatile sig_atomic_t handled, wrong_totals;
static void* volatile in_handler;
static void* volatile in_main;

static void on_timer(int signal) {
  (void)signal;
  if (handled >= kSignals) return;
  const struct mallocop_totals before = mallocop_thread_totals();
  in_handler = malloc(77);
  free(in_handler);
  in_handler = malloc(3);
  const struct mallocop_totals after = mallocop_thread_totals();
  wrong_totals += after.allocations - before.allocations != 2 || after.bytes - before.bytes != 80 ||
                  after.frees - before.frees != 1;
  handled = handled + 1;
}

int main(void) {
  if (!mallocop_recording()) return 9; /* and the shim is not looked for in the handler */
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_timer;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, NULL);
  const struct itimerval every = {{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &every, NULL);
  unsigned long rounds = 0;
  while (handled < kSignals) {
    void* block = malloc(40);
    in_main = block;
    in_main = realloc(block, 90);
    free(in_main);
    ++rounds;
  }
  const struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, NULL);
  char line[200];
  const int length =
      snprintf(line, sizeof line, "{\"allocations\":%lu,\"bytes\":%lu,\"frees\":%lu,\"wrong_totals\":%d}\n",
               2 * rounds + 2UL * kSignals, 130 * rounds + 80UL * kSignals, 2 * rounds + kSignals, (int)wrong_totals);
  return write(STDOUT_FILENO, line, (size_t)length) == length ? 0 : 1;
}
