/* Opens and closes a library ROUNDS times, with a call of its run() each time, while other threads allocate from ever
 * new stacks, resolve addresses and start threads. Every block is freed. A hang is ended by an alarm.
 *
 * The library's constructor allocates. Another library stays open, and its run() is called all the while: whatever is
 * known of it may have to be found out anew after each close.
 *
 *     opens_amid_threads LIBRARY OTHER ROUNDS
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kBlocks = 5000 };

static volatile int stop;
static void* volatile sink;

__attribute__((noinline)) static void descend(unsigned path, int depth) {
  if (depth == 0) {
    void* one = malloc(100);
    sink = one;
    free(one);
  } else if (path & 1) {
    descend(path >> 1, depth - 1);
    sink = NULL;
  } else {
    descend(path >> 1, depth - 1);
    sink = (void*)&sink;
  }
}

static void* allocate(void* unused) {
  const mallocop_op op = mallocop_op_begin("allocate");
  for (unsigned path = 0; path < kBlocks; ++path) descend(path % 512, 9);
  mallocop_op_end(op);
  return unused;
}
static void* call_other(void* library) {
  void* (*run)(void);
  *(void**)&run = dlsym(library, "run");
  do free(run());
  while (!stop);
  return NULL;
}
/* Takes the dynamic linker's lock, and allocates with it held by somebody, or by nobody. */
static void* resolve(void* unused) {
  do {  // once at least: on a busy machine all may be over before this thread runs
    Dl_info info;
    dladdr((void*)&stop, &info);
    free(dlsym(RTLD_DEFAULT, "no such symbol"));
    dlerror();
    pthread_t one;
    if (pthread_create(&one, NULL, allocate, NULL) == 0) pthread_join(one, NULL);
  } while (!stop);
  return unused;
}

int main(int argc, char** argv) {
  if (argc != 4) return 99;
  alarm(20);
  void* other = dlopen(argv[2], RTLD_NOW);
  if (other == NULL) return 97;
  pthread_t threads[4];
  pthread_create(&threads[0], NULL, allocate, NULL);
  pthread_create(&threads[1], NULL, allocate, NULL);
  pthread_create(&threads[2], NULL, resolve, NULL);
  pthread_create(&threads[3], NULL, call_other, other);
  const mallocop_op op = mallocop_op_begin("open");
  for (int i = 0; i < atoi(argv[3]); ++i) {
    void* library = dlopen(argv[1], RTLD_NOW);
    if (library == NULL) return 98;
    void* (*run)(void);
    *(void**)&run = dlsym(library, "run");
    free(run());
    dlclose(library);
  }
  mallocop_op_end(op);
  stop = 1;
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  return 0;
}
