/* Calls what every allocator has, in THREADS threads; the main thread frees a block of each. What the operation "work"
 * allocates is known: 1,000 bytes in every thread, and in each of its rounds 7 blocks of 720 bytes together; with
 * portable_new.cpp linked in, 3 more of 296 bytes.
 *
 *     portable THREADS ROUNDS
 */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kMaxThreads = 16 };

__attribute__((weak)) void round_in_cpp(void);

/* In a program with a fixed address these are not the functions themselves: its linker gives it addresses of its own.
 */
static void* (*volatile allocate)(size_t);
static void (*volatile release)(void*);

static int rounds;
static void* handed[kMaxThreads];

static void* keep(void* block) {
  __asm__ volatile("" : "+r"(block));
  if (block == NULL) _exit(9);
  return block;
}

static void round_in_c(void) {
  void* block = keep(allocate(24));
  block = keep(realloc(block, 100));
  free(keep(reallocarray(block, 8, 25)));
  release(keep(calloc(4, 25)));
  void* aligned = NULL;
  if (posix_memalign(&aligned, 64, 128) != 0) _exit(9);
  free(keep(aligned));
  free(keep(aligned_alloc(32, 128)));
  free(keep(memalign(64, 40)));
}

static void* work(void* place) {
  const mallocop_op op = mallocop_op_begin("work");
  *(void**)place = keep(malloc(1000));
  for (int round = 0; round < rounds; ++round) {
    round_in_c();
    if (round_in_cpp != NULL) round_in_cpp();
  }
  mallocop_op_end(op);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc != 3) return 9;
  allocate = malloc;
  release = free;
  const int threads = atoi(argv[1]) < kMaxThreads ? atoi(argv[1]) : kMaxThreads;
  rounds = atoi(argv[2]);
  pthread_t ids[kMaxThreads];
  for (int i = 0; i < threads; ++i) {
    if (pthread_create(&ids[i], NULL, work, &handed[i]) != 0) return 9;
  }
  for (int i = 0; i < threads; ++i) {
    pthread_join(ids[i], NULL);
    free(handed[i]);
  }
  return write(STDOUT_FILENO, "done\n", 5) == 5 ? 0 : 9;
}
