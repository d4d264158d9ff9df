/* one_way ROUNDS: in each round one thread allocates a block, another frees it and then allocates and frees two of its
 * own, all in one call of the operation "one way" for each thread. All blocks have the same address: they are too large
 * for the allocator's caches of threads, and there is one arena. Only the second thread's own blocks are temporary, and
 * none is left.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "mallocop/mallocop.h"

static pthread_barrier_t barrier;
static void* volatile mail;
static int rounds;

static void* receive(void* unused) {
  const mallocop_op op = mallocop_op_begin("one way");
  for (int i = 0; i < rounds; ++i) {
    pthread_barrier_wait(&barrier);
    free(mail);
    for (int own = 0; own < 2; ++own) {
      void* volatile block = malloc(2000);
      free(block);
    }
    pthread_barrier_wait(&barrier);
  }
  mallocop_op_end(op);
  return unused;
}

int main(int argc, char** argv) {
  rounds = argc > 1 ? atoi(argv[1]) : 0;
  mallopt(M_ARENA_MAX, 1);
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_t receiver;
  if (pthread_create(&receiver, NULL, receive, NULL) != 0) return 1;
  const mallocop_op op = mallocop_op_begin("one way");
  for (int i = 0; i < rounds; ++i) {
    mail = malloc(2000);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
  }
  mallocop_op_end(op);
  return pthread_join(receiver, NULL);
}
