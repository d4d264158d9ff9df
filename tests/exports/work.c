/* What the tests of exports measure: threads that leak and hold, and a recursion of two functions. */
#include <mallocop/mallocop.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { kThreads = 3, kRounds = 40, kDepth = 30 };

static void* kept[kThreads * kRounds];

__attribute__((noinline)) static void* grab(size_t size) {
  void* block = malloc(size);
  memset(block, 1, size);
  return block;
}

__attribute__((noinline)) static void hold(int thread) {
  for (int round = 0; round < kRounds; ++round) kept[thread * kRounds + round] = grab(1000 + (size_t)round);
}

static void* work(void* argument) {
  const int thread = (int)(size_t)argument;
  hold(thread);
  for (int round = 0; round < kRounds; ++round) free(grab(24));
  return NULL;
}

static void threads(void) {
  pthread_t all[kThreads];
  for (int thread = 0; thread < kThreads; ++thread) pthread_create(&all[thread], NULL, work, (void*)(size_t)thread);
  for (int thread = 0; thread < kThreads; ++thread) pthread_join(all[thread], NULL);
  void* volatile large = grab(1 << 20);
  free(large);
  for (int block = 0; block < kThreads * kRounds; ++block) {
    if (block % 4 != 0) free(kept[block]);
  }
}

static void odd(int depth);

__attribute__((noinline)) static void even(int depth) {
  void* volatile block = grab(64);
  if (depth > 0) odd(depth - 1);
  free(block);
}

__attribute__((noinline)) static void odd(int depth) {
  void* volatile first = grab(8);
  if (depth > 0) even(depth - 1);
  if (depth % 3 == 0) even(0);
  free(first);
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "recursion") == 0) {
    for (int call = 0; call < 5; ++call) {
      mallocop_op op = mallocop_op_begin("descend; deep");
      even(kDepth);
      mallocop_op_end(op);
    }
  } else {
    threads();
  }
  return 0;
}
