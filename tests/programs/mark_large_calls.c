/* Calls that allocate more than a window of events holds, in `mark_large_calls THREADS` threads. In each 5 times:
 * "builds": 20,000 blocks of 48 bytes, then frees them all; "keeps": 10,000 blocks of 32 bytes, then frees all but
 * every tenth, which "frees_kept" does; "queues": 30,000 blocks of 64 bytes, of which 1,000 are live at once. */
#include <pthread.h>
#include <stdlib.h>

#include "mallocop/mallocop.h"

enum { kBuilt = 20000, kKept = 10000, kQueued = 30000, kQueue = 1000, kMostThreads = 8 };

struct Blocks {
  void* block[kBuilt];
};

static void builds(struct Blocks* blocks) {
  mallocop_op op = mallocop_op_begin("builds");
  for (int i = 0; i < kBuilt; ++i) blocks->block[i] = malloc(48);
  for (int i = 0; i < kBuilt; ++i) free(blocks->block[i]);
  mallocop_op_end(op);
}

static void keeps(struct Blocks* blocks) {
  mallocop_op op = mallocop_op_begin("keeps");
  for (int i = 0; i < kKept; ++i) blocks->block[i] = malloc(32);
  for (int i = 0; i < kKept; ++i)
    if (i % 10 != 0) free(blocks->block[i]);
  mallocop_op_end(op);
  op = mallocop_op_begin("frees_kept");
  for (int i = 0; i < kKept; i += 10) free(blocks->block[i]);
  mallocop_op_end(op);
}

static void queues(struct Blocks* blocks) {
  mallocop_op op = mallocop_op_begin("queues");
  for (int i = 0; i < kQueued; ++i) {
    void** const place = &blocks->block[i % kQueue];
    if (i >= kQueue) free(*place);
    *place = malloc(64);
  }
  for (int i = 0; i < kQueue; ++i) free(blocks->block[i]);
  mallocop_op_end(op);
}

static void* work(void* blocks) {
  for (int round = 0; round < 5; ++round) {
    builds(blocks);
    keeps(blocks);
    queues(blocks);
  }
  return NULL;
}

int main(int argc, char** argv) {
  static struct Blocks blocks[kMostThreads];
  const int threads = argc > 1 ? atoi(argv[1]) : 1;
  pthread_t thread[kMostThreads];
  for (int i = 1; i < threads; ++i) pthread_create(&thread[i], NULL, work, &blocks[i]);
  work(&blocks[0]);
  for (int i = 1; i < threads; ++i) pthread_join(thread[i], NULL);
  return 0;
}
