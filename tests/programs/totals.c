/* Asks for totals where they are hard to give. Prints one line and leaves by _exit, so that nothing comes after it.
 *
 *     totals ended THREADS   threads allocate, also in destructors of thread-specific data, and end; a library is
 * opened. Prints what the process allocated: ALLOCATIONS BYTES FREES totals fork            prints what a child is
 * told: RECORDING ALLOCATIONS BYTES FREES
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kMostThreads = 64 };

static void* volatile sink;
static pthread_key_t key;

__attribute__((noreturn)) static void say(const char* before, struct mallocop_totals totals) {
  char line[200];
  const int length =
      snprintf(line, sizeof line, "%s%lu %lu %lu\n", before, totals.allocations, totals.bytes, totals.frees);
  _exit(write(STDOUT_FILENO, line, (size_t)length) == length ? 0 : 99);
}

static void destroy(void* value) {
  void* volatile block = malloc(4242);
  free(block);
  pthread_setspecific(key, value); /* as often as the C library allows: the last is after the shim's own */
}

static void* in_thread(void* argument) {
  pthread_setspecific(key, argument);
  void* volatile kept;
  for (int i = 0; i < 3000; ++i) { /* more than a ring holds */
    void* block = malloc((size_t)i);
    kept = realloc(block, i % 1000 == 0 ? 20000000 : 300); /* the one takes an escape */
    block = malloc(7);
    if (i % 100 != 1) free(kept);
    free(block);
  }
  return NULL;
}

static void ended(int threads) {
  static pthread_t ids[kMostThreads];
  pthread_key_create(&key, destroy);
  sink = dlopen("libm.so.6", RTLD_NOW | RTLD_GLOBAL);
  for (int i = 0; i < threads; ++i)
    if (pthread_create(&ids[i], NULL, in_thread, &key) != 0) _exit(98);
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], NULL);
  say("", mallocop_process_totals());
}

static void forked(void) {
  sink = malloc(10);
  const pid_t child = fork();
  if (child == 0) {
    char recording[10];
    snprintf(recording, sizeof recording, "%d ", mallocop_recording());
    sink = malloc(10);
    say(recording, mallocop_thread_totals());
  }
  int status = 0;
  waitpid(child, &status, 0);
  _exit(WEXITSTATUS(status));
}

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "ended") == 0) ended(atoi(argv[2]));
  if (argc == 2 && strcmp(argv[1], "fork") == 0) forked();
  return 99;
}
