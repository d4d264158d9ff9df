/* 300 times, the block that a realloc leaves is allocated by another thread before that realloc returns. Made for
 * bump_malloc. Per round: malloc(50) there, realloc to 100 and free here; malloc(50) and free there.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { kRounds = 300 };

static _Atomic(void*)* given;
static pthread_barrier_t barrier;
static int wrong;
static void* volatile passed;

static void* in_thread(void* unused) {
  for (int i = 0; i < kRounds; ++i) {
    void* expected;
    passed = malloc(50);
    pthread_barrier_wait(&barrier);
    while ((expected = atomic_load(given)) == NULL) sched_yield();
    void* block = malloc(50);
    wrong += block != expected;
    atomic_store(given, NULL);
    pthread_barrier_wait(&barrier);
    free(block);
    pthread_barrier_wait(&barrier);
  }
  return unused;
}

int main(void) {
  given = dlsym(RTLD_DEFAULT, "bump_given");
  int* hands_over = dlsym(RTLD_DEFAULT, "bump_hands_over");
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  if (given == NULL || hands_over == NULL || pthread_create(&thread, NULL, in_thread, NULL) != 0) return 99;
  for (int i = 0; i < kRounds; ++i) {
    pthread_barrier_wait(&barrier);
    *hands_over = 1;
    void* block = realloc(passed, 100);
    *hands_over = 0;
    pthread_barrier_wait(&barrier);
    free(block);
    pthread_barrier_wait(&barrier);
  }
  pthread_join(thread, NULL);
  return wrong;
}
