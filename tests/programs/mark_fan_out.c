// An operation that fans out: 50 calls of "batch"; in each the call itself allocates 2 of 10 bytes, and four other
// threads, which wait for it, 5 of 100 bytes each. Between the calls each of the threads allocates 3 of 1,000 bytes.
#include <pthread.h>
#include <stdlib.h>

#include "mallocop/mallocop.h"

enum { kCalls = 50, kThreads = 4 };

static pthread_barrier_t g_barrier;
static void* volatile g_sinks[kThreads + 1];

static void use(int who, int blocks, size_t size) {
  for (int block = 0; block < blocks; ++block) {
    g_sinks[who] = malloc(size);
    free(g_sinks[who]);
  }
}

static void* worker(void* argument) {
  const int who = (int)(size_t)argument;
  for (int call = 0; call < kCalls; ++call) {
    pthread_barrier_wait(&g_barrier);  // the call began
    use(who, 5, 100);
    pthread_barrier_wait(&g_barrier);  // done
    pthread_barrier_wait(&g_barrier);  // the call ended
    use(who, 3, 1000);
    pthread_barrier_wait(&g_barrier);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  pthread_barrier_init(&g_barrier, NULL, kThreads + 1);
  for (int who = 0; who < kThreads; ++who) pthread_create(&threads[who], NULL, worker, (void*)(size_t)who);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop_op op = mallocop_op_begin("batch");
    use(kThreads, 1, 10);
    pthread_barrier_wait(&g_barrier);
    pthread_barrier_wait(&g_barrier);
    use(kThreads, 1, 10);
    mallocop_op_end(op);
    pthread_barrier_wait(&g_barrier);
    pthread_barrier_wait(&g_barrier);
  }
  for (int who = 0; who < kThreads; ++who) pthread_join(threads[who], NULL);
  return 0;
}
