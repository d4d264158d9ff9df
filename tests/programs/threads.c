/* Threads that each make one call of "thread" with 30 allocations of 48 bytes, of which 10 are kept.
 *
 *     threads in-turn N     one after another
 *     threads at-once N     all wait for each other before and after
 *     threads detached N    all still run when the process ends
 *
 * Each thread also has thread-specific data whose destructor allocates and frees 3 blocks of 4242 bytes, and sets
 * itself again, so that it runs as often as the C library allows: 4 times (not in detached threads, which never end).
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kMost = 1000 };

static pthread_key_t key;
static pthread_barrier_t barrier;
static int wait_for_others, run_on;
static void* volatile sink;

static void destroy(void* value) {
  for (int i = 0; i < 3; ++i) {
    void* block = malloc(4242);
    sink = block; /* which other threads may write, too */
    free(block);
  }
  pthread_setspecific(key, value);
}

static void* in_thread(void* argument) {
  if (!run_on) pthread_setspecific(key, argument);
  if (wait_for_others) pthread_barrier_wait(&barrier);
  const mallocop_op op = mallocop_op_begin("thread");
  for (int i = 0; i < 30; ++i) {
    void* block = malloc(48);
    sink = block;
    if (i % 3 != 0) free(block);
  }
  mallocop_op_end(op);
  if (wait_for_others) pthread_barrier_wait(&barrier);
  while (run_on) pause();
  return NULL;
}

int main(int argc, char** argv) {
  if (argc != 3) return 99;
  static pthread_t ids[kMost];
  const int count = atoi(argv[2]);
  const int in_turn = strcmp(argv[1], "in-turn") == 0;
  run_on = strcmp(argv[1], "detached") == 0;
  wait_for_others = !in_turn;
  pthread_key_create(&key, destroy);
  pthread_barrier_init(&barrier, NULL, (unsigned)count + 1);
  for (int i = 0; i < count; ++i) {
    if (pthread_create(&ids[i], NULL, in_thread, &key) != 0) return 98;
    if (run_on) pthread_detach(ids[i]);
    if (in_turn) pthread_join(ids[i], NULL);
  }
  if (in_turn) return 0;
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  if (!run_on)
    for (int i = 0; i < count; ++i) pthread_join(ids[i], NULL);
  return 0;
}
