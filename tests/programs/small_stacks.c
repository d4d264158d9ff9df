/* Allocates where there is little stack, and measures what it takes.
 *
 *     small_stacks threads      4 threads with 16 KiB
 *     small_stacks alternate    a handler on an alternate stack of 8 KiB
 *     small_stacks fiber        a fiber of 8 KiB
 *     small_stacks paint        says for each function how far below the caller's frame the stack was written to, at
 * most, in a thread whose stack was painted before: {"malloc": BYTES, ...}
 *
 * Each way makes 1,000 rounds of malloc, realloc, free and two marks from stacks of 40 frames.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kRounds = 1000, kPainted = 16 << 10 };

static void* volatile sink;

__attribute__((noinline)) static void descend(int depth, int round) {
  if (depth > 0) {
    descend(depth - 1, round);
    sink = NULL;
    return;
  }
  const mallocop_op outer = mallocop_op_begin("outer");
  const mallocop_op inner = mallocop_op_begin("inner");
  void* block = realloc(malloc((size_t)(round % 50)), 100);
  sink = block;
  mallocop_op_end(inner);
  free(block);
  mallocop_op_end(outer);
}

static void work(void) {
  for (int i = 0; i < kRounds; ++i) descend(i % 40, i);
}
static void* in_thread(void* unused) {
  work();
  return unused;
}
static void on_signal(int number) {
  (void)number;
  work();
}

/* --- Painting --- */

static size_t most[16];
static const char* const names[16] = {"malloc",  "malloc_first",      "malloc_many", "realloc",     "free",
                                      "calloc",  "memalign",          "begin",       "begin_first", "end",
                                      "dlclose", "malloc_in_handler", "last_frees"};

/* The area below the caller's frame that is painted; the red zone and this function's own frame are left out. */
#define BELOW ((unsigned char*)__builtin_frame_address(0) - 192)

__attribute__((noinline)) static void paint(void) {
  for (volatile unsigned char* at = BELOW - kPainted; at < BELOW; ++at) *at = 0xa5;
}
__attribute__((noinline)) static void measure(int what) {
  const unsigned char* at = BELOW - kPainted;
  while (at < BELOW && *(const volatile unsigned char*)at == 0xa5) ++at;
  const size_t used = (size_t)((unsigned char*)__builtin_frame_address(0) - at);
  if (used > most[what]) most[what] = used;
}
#define MEASURE(what, call) (paint(), (call), measure(what))

static void handler(int number) {
  (void)number;
  MEASURE(11, sink = malloc(10));
  free(sink);
}

static void* library;

static pthread_key_t key;
static void at_end(void* block) { MEASURE(12, free(block)); }

__attribute__((noinline)) static void from_new_stack(int depth, int what) {
  if (depth > 0) {
    from_new_stack(depth - 1, what);
    sink = NULL;
    return;
  }
  MEASURE(what, sink = malloc(77));
  free(sink);
}

static void* painted(void* unused) {
  MEASURE(1, sink = malloc(20)); /* the thread's first */
  free(sink);
  mallocop_op op;
  char name[1001];
  memset(name, 'n', sizeof name);
  name[1000] = '\0';
  MEASURE(8, op = mallocop_op_begin(name));
  mallocop_op_end(op);
  void* blocks[100];
  for (int i = 0; i < 2500; ++i) { /* rings fill, trace and companion grow */
    MEASURE(7, op = mallocop_op_begin("painted"));
    for (int k = 0; k < 2; ++k) {
      MEASURE(0, blocks[k] = malloc((size_t)(20 + i % 7)));
      if (i % 5 == 0) MEASURE(3, blocks[k] = realloc(blocks[k], 100));
    }
    for (int k = 0; k < 2; ++k) MEASURE(4, free(blocks[k]));
    MEASURE(9, mallocop_op_end(op));
  }
  for (int depth = 0; depth < 200; ++depth) from_new_stack(depth, 2);
  MEASURE(5, sink = calloc(10, 10));
  free(sink);
  MEASURE(6, sink = memalign(64, 10));
  free(sink);
  MEASURE(10, dlclose(library));
  raise(SIGUSR1);
  pthread_setspecific(key, malloc(30));
  return unused;
}

int main(int argc, char** argv) {
  if (argc < 2) return 99;
  static char stack[8192];
  pthread_t threads[4];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (strcmp(argv[1], "threads") == 0) {
    if (pthread_attr_setstacksize(&attributes, 16384) != 0) return 98;
    for (int i = 0; i < 4; ++i)
      if (pthread_create(&threads[i], &attributes, in_thread, NULL) != 0) return 97;
    for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  } else if (strcmp(argv[1], "alternate") == 0) {
    const stack_t alternate = {stack, 0, sizeof stack};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_ONSTACK;
    sigaltstack(&alternate, NULL);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
  } else if (strcmp(argv[1], "fiber") == 0) {
    ucontext_t here, fiber;
    getcontext(&fiber);
    fiber.uc_stack.ss_sp = stack;
    fiber.uc_stack.ss_size = sizeof stack;
    fiber.uc_link = &here;
    makecontext(&fiber, work, 0);
    swapcontext(&here, &fiber);
  } else if (strcmp(argv[1], "paint") == 0 && argc == 3) {
    signal(SIGUSR1, handler);
    library = dlopen(argv[2], RTLD_NOW);
    if (library == NULL) return 96;
    pthread_key_create(&key, at_end);
    free(malloc(10));
    pthread_create(&threads[0], NULL, painted, NULL);
    pthread_join(threads[0], NULL);
    for (int i = 0; names[i] != NULL; ++i) printf("%s\"%s\": %zu", i == 0 ? "{" : ", ", names[i], most[i]);
    puts("}");
  } else {
    return 95;
  }
  return 0;
}
