// Memory that rises and falls in steps, known to the byte. Prints the most bytes that it ever held itself.
//   levels steps            one thread: a hill of 64 blocks, a plateau, then all but one block gone
//   levels threads N        N threads, each with a hill of its own, and all at its top at one moment
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kBlocks = 64, kSmall = 1000, kLarge = 50000, kTiny = 10 };

static void pause_a_little(void) {
  const struct timespec time = {0, 3000000};
  nanosleep(&time, NULL);
}

__attribute__((noinline)) static void* small_block(void) {
  void* const block = malloc(kSmall);
  if (block == NULL) abort();
  return block;
}

__attribute__((noinline)) static void* large_block(void) {
  void* const block = malloc(kLarge);
  if (block == NULL) abort();
  return block;
}

// Fills a ring more than once: what is live when it begins and when it ends is so in different windows. Holds two
// blocks of kTiny at a time.
static void fill_windows(void) {
  for (int round = 0; round < 3000; ++round) {
    void* const first = malloc(kTiny);
    void* const second = malloc(kTiny);
    free(first);
    free(second);
  }
  pause_a_little();
}

static void steps(void) {
  void* small[kBlocks];
  for (int index = 0; index < kBlocks; ++index) {
    small[index] = small_block();
    if (index % 8 == 7) fill_windows();
  }
  void* const large = large_block();
  fill_windows();
  free(large);
  fill_windows();
  for (int index = 1; index < kBlocks; ++index) {
    free(small[index]);
    if (index % 8 == 7) fill_windows();
  }
  printf("%d\n", kBlocks * kSmall + kLarge + 2 * kTiny);
}

static pthread_barrier_t barrier;

static void* hill(void* unused) {
  void* blocks[kBlocks];
  for (int index = 0; index < kBlocks; ++index) blocks[index] = small_block();
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  for (int index = 0; index < kBlocks; ++index) free(blocks[index]);
  return unused;
}

static void threads(int count) {
  pthread_t ids[16];
  if (count < 1 || count > 16) abort();
  if (pthread_barrier_init(&barrier, NULL, (unsigned)count) != 0) abort();
  for (int index = 0; index < count; ++index) {
    if (pthread_create(&ids[index], NULL, hill, NULL) != 0) abort();
  }
  for (int index = 0; index < count; ++index) pthread_join(ids[index], NULL);
  printf("%d\n", count * kBlocks * kSmall);
}

int main(int count, char** arguments) {
  if (count < 2) return 2;
  setvbuf(stdout, NULL, _IONBF, 0);
  if (strcmp(arguments[1], "steps") == 0) {
    steps();
  } else {
    threads(atoi(arguments[2]));
  }
  return 0;
}
