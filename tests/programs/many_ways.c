/* Leads the shim through everything that it does in a process: many stacks, rings that fill, threads, marks, a
 * library that comes and goes, a child.
 *
 *     many_ways LIBRARY
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

static void* volatile sink;

__attribute__((noinline)) static void descend(unsigned path, int depth) {
  if (depth == 0) {
    void* one = malloc(20 + path % 7);
    sink = realloc(one, 50);
    if (path % 3 != 0) free(sink);
  } else if (path & 1) {
    descend(path >> 1, depth - 1);
    sink = NULL;
  } else {
    descend(path >> 1, depth - 1);
    ++path;
    sink = &path;
  }
}

static void work(unsigned rounds) {
  for (unsigned i = 0; i < rounds; ++i) {
    const mallocop_op op = mallocop_op_begin(i % 2 ? "odd" : "even");
    descend(i, 13);
    mallocop_op_end(op);
  }
}

static void* in_thread(void* unused) {
  work(800);
  return unused;
}

int main(int argc, char** argv) {
  if (argc != 2) return 99;
  work(1500);

  void* library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) return 98;
  void (*run)(void (*)(void));
  *(void**)&run = dlsym(library, "alpha");
  dlclose(library);

  pthread_t threads[3];
  for (int i = 0; i < 3; ++i)
    if (pthread_create(&threads[i], NULL, in_thread, NULL) != 0) return 97;
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);

  int status = -1;
  const pid_t child = fork();
  if (child == 0) {
    work(10);
    _exit(0);
  }
  if (waitpid(child, &status, 0) != child || status != 0) return 96;
  return 0;
}
