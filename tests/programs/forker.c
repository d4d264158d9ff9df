/* A program with threads that makes 40 children in one of several ways; each child allocates, and none of it is the
 * parent's. In the parent "parent" allocates 25 blocks of 40 bytes in each round, and each of 3 threads 20,000 of 24.
 *
 *     forker fork|_Fork|syscall|vfork|spawn
 *
 * The threads have arenas of their own, so that a child made without the C library's care finds the allocator whole.
 */
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kRounds = 40, kThreads = 3, kThreadBlocks = 20000 };

extern char** environ;
static void* volatile sink;
static pthread_barrier_t barrier;

static void blocks(const char* name, int count, size_t size) {
  const mallocop_op op = mallocop_op_begin(name);
  for (int i = 0; i < count; ++i) {
    void* one = malloc(size);
    sink = one;
    free(one);
  }
  mallocop_op_end(op);
}

static void* in_thread(void* unused) {
  void* volatile first = malloc(1); /* settles the thread in its arena */
  pthread_barrier_wait(&barrier);
  blocks("thread", kThreadBlocks, 24);
  free(first);
  return unused;
}

static pid_t make_child(const char* how, int round) {
  pid_t child = -1;
  if (strcmp(how, "spawn") == 0) {
    char* words[] = {(char*)"sh", (char*)"-c", (char*)"x=$(echo one two three); exit 0", NULL};
    return posix_spawn(&child, "/bin/sh", NULL, NULL, words, environ) == 0 ? child : -1;
  }
  if (strcmp(how, "vfork") == 0) {
    child = vfork();
    if (child == 0) {
      execl("/bin/true", "true", (char*)NULL);
      _exit(97);
    }
    return child;
  }
  child = strcmp(how, "_Fork") == 0 ? _Fork() : strcmp(how, "syscall") == 0 ? (pid_t)syscall(SYS_fork) : fork();
  if (child == 0) {
    blocks("child", 3000, 4321);
    free(realloc(malloc(77), 9999));
    if (round % 2 == 0 && strcmp(how, "fork") == 0) exit(0);
    _exit(0);
  }
  return child;
}

int main(int argc, char** argv) {
  if (argc != 2) return 99;
  pthread_t threads[kThreads];
  pthread_barrier_init(&barrier, NULL, kThreads + 1);
  for (int i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, in_thread, NULL);
  pthread_barrier_wait(&barrier);
  for (int round = 0; round < kRounds; ++round) {
    int status = -1;
    const pid_t child = make_child(argv[1], round);
    blocks("parent", 25, 40);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  return 0;
}
