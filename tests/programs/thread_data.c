/* COUNT threads one after another whose ends are not simple. In turn, a thread
 *
 *   0  allocates nothing before the last round of its data's destructors
 *   1  allocates in thread_local data of its own and in every round
 *   2  has data with a key beyond those that the C library keeps room for, so that setting it allocates
 *   3  frees, in a destructor, what main allocated, and leaves to main what it allocated
 *   4  ends by pthread_exit, deep inside, with a clean-up handler that allocates
 *   5  is cancelled while it waits, with such a handler
 *
 * Every block is freed in the end. Allocations are 100 bytes each; prints how many there were.
 *
 *     thread_data COUNT
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_key_t key, far_key;
static __thread int kind, round_of_end;
static unsigned long allocations;
static void* volatile handed;
static int waits[2];

static void* allocate(void) {
  __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  return malloc(100);
}
static void churn(void* unused) {
  (void)unused;
  void* volatile one = allocate();
  free(one);
}

static void at_end(void* value) {
  const int last = ++round_of_end == PTHREAD_DESTRUCTOR_ITERATIONS;
  if (kind == 1 || (kind == 0 && last)) churn(NULL);
  if (kind == 3 && last) {
    free(handed);
    handed = allocate();
  }
  if (!last) pthread_setspecific(key, value);
}

static void leave(int depth) {
  if (depth > 0) leave(depth - 1);
  churn(NULL);
  if (kind == 4) pthread_exit(NULL);
  char text;
  if (read(waits[0], &text, 1) < 0) pthread_exit(NULL);
}

static void* in_thread(void* argument) {
  kind = (int)(size_t)argument;
  pthread_setspecific(key, &key);
  if (kind == 1) churn(NULL);
  if (kind == 2) pthread_setspecific(far_key, &key);
  if (kind == 4 || kind == 5) {
    pthread_cleanup_push(churn, NULL);
    leave(5);
    pthread_cleanup_pop(0);
  }
  return NULL;
}

int main(int argc, char** argv) {
  if (argc != 2 || pipe(waits) != 0) return 99;
  pthread_key_create(&key, at_end);
  for (int i = 0; i < 100; ++i) pthread_key_create(&far_key, NULL);
  for (int i = 0; i < atoi(argv[1]); ++i) {
    pthread_t thread;
    const int which = i % 6;
    if (which == 3) handed = allocate();
    if (pthread_create(&thread, NULL, in_thread, (void*)(size_t)which) != 0) return 98;
    if (which == 5) pthread_cancel(thread);
    pthread_join(thread, NULL);
    if (which == 3) free(handed);
  }
  printf("%lu\n", allocations);
  return 0;
}
