// Marks in coroutines that take turns, and a thread that ends inside two calls.
//
// 1,000 rounds: two coroutines, each with a call of its own over two turns: "reader" allocates 2 of 10 bytes in its
// first turn and 1 in its second, "writer" 1 of 20 and 3; between the turns the thread itself allocates 1 of 30 in no
// call. Then 10 threads end in the midst of "outer" (1 of 40) and, inside it, "inner" (1 of 50).
#include <pthread.h>
#include <stdlib.h>
#include <ucontext.h>

#include "mallocop/mallocop.h"

enum { kRounds = 1000, kStack = 64 * 1024, kThreads = 10 };

static ucontext_t g_main, g_coroutine[2];
static char g_stack[2][kStack];
static void* volatile g_sink;

static void use(size_t size) {
  g_sink = malloc(size);
  free(g_sink);
}

static void resume(int which) {
  mallocop_switch_to((uint64_t)which + 1);
  swapcontext(&g_main, &g_coroutine[which]);
}
static void suspend(int which) {
  mallocop_switch_to(0);
  swapcontext(&g_coroutine[which], &g_main);
}

static void reader(void) {
  for (;;) {
    const mallocop_op op = mallocop_op_begin("reader");
    use(10);
    use(10);
    suspend(0);
    use(10);
    mallocop_op_end(op);
    suspend(0);
  }
}
static void writer(void) {
  for (;;) {
    const mallocop_op op = mallocop_op_begin("writer");
    use(20);
    suspend(1);
    use(20);
    use(20);
    use(20);
    mallocop_op_end(op);
    suspend(1);
  }
}

static void* ends(void* argument) { pthread_exit(argument); }
static void* ends_inside(void* argument) {
  mallocop_op_begin("outer");
  use(40);
  mallocop_op_begin("inner");
  use(50);
  pthread_exit(argument);
}

int main(void) {
  void (*const functions[])(void) = {reader, writer};
  for (int which = 0; which < 2; ++which) {
    getcontext(&g_coroutine[which]);
    g_coroutine[which].uc_stack.ss_sp = g_stack[which];
    g_coroutine[which].uc_stack.ss_size = kStack;
    makecontext(&g_coroutine[which], functions[which], 0);
  }
  for (int round = 0; round < kRounds; ++round) {
    resume(0);
    use(30);
    resume(1);
    resume(0);
    use(30);
    resume(1);
  }
  pthread_t thread;
  pthread_create(&thread, NULL, ends, NULL);  // the first pthread_exit() of a process opens a library
  pthread_join(thread, NULL);
  for (int index = 0; index < kThreads; ++index) {
    pthread_create(&thread, NULL, ends_inside, NULL);
    pthread_join(thread, NULL);
  }
  return 0;
}
