/* Two threads in turn free the block of the other and allocate one of 64 bytes, ROUNDS in all, each in one call of the
 * operation "turns". The allocator gives the same address again and again, and no block is freed by the thread that
 * allocated it: nothing is temporary, and 1 block is left.
 */
#include <pthread.h>
#include <stdlib.h>

#include "mallocop/mallocop.h"

static pthread_barrier_t barrier;
static void* volatile mail;
static int rounds;

static void* turns(void* me) {
  const mallocop_op op = mallocop_op_begin("turns");
  for (int i = 0; i < rounds; ++i) {
    if (i % 2 == (me != NULL)) {
      free(mail);
      mail = malloc(64);
    }
    pthread_barrier_wait(&barrier);
  }
  mallocop_op_end(op);
  return me;
}

int main(int argc, char** argv) {
  rounds = argc > 1 ? atoi(argv[1]) : 0;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_t other;
  if (pthread_create(&other, NULL, turns, &barrier) != 0) return 1;
  turns(NULL);
  return pthread_join(other, NULL);
}
