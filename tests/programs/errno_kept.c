/* Looks whether errno stays 1234 where the functions that it calls do not set it: around each function of the
 * allocator, in a thread's first call, its last, when a ring is full and must be written, when a library is closed,
 * when an operation begins and ends. Prints what changed and how often.
 *
 *     errno_kept LIBRARY
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

static void* volatile sink;
static pthread_key_t key;
static int changed[3];

#define KEPT(call)                                             \
  do {                                                         \
    errno = 1234;                                              \
    call;                                                      \
    if (errno != 1234) printf("%s: errno %d\n", #call, errno); \
  } while (0)

static void at_end(void* value) {
  errno = 1234;
  free(value);
  if (errno != 1234) ++changed[1];
  errno = 1234;
  sink = malloc(50);
  free(sink);
  if (errno != 1234) ++changed[1];
}

static void* in_thread(void* unused) {
  errno = 1234;
  void* first = malloc(20);
  if (errno != 1234) ++changed[0];
  pthread_setspecific(key, first);
  return unused;
}

int main(int argc, char** argv) {
  if (argc != 2) return 99;
  void* aligned = NULL;
  void* library;
  pthread_key_create(&key, at_end);
  KEPT(sink = malloc(10));
  KEPT(sink = realloc(sink, 100));
  KEPT(sink = reallocarray(sink, 10, 100));
  KEPT(sink = realloc(sink, 10000000));
  KEPT(free(sink));
  KEPT(sink = calloc(10, 10));
  KEPT(malloc_usable_size(sink));
  KEPT(free(sink));
  KEPT(posix_memalign(&aligned, 64, 100));
  KEPT(free(aligned));
  KEPT(sink = aligned_alloc(64, 100));
  KEPT(free(sink));
  KEPT(sink = memalign(64, 100));
  KEPT(free(sink));
  KEPT(sink = valloc(100));
  KEPT(free(sink));
  KEPT(sink = pvalloc(100));
  KEPT(free(sink));
  mallocop_op op;
  KEPT(op = mallocop_op_begin("first"));
  KEPT(mallocop_op_end(op));
  KEPT(op = mallocop_op_begin_id(mallocop_operation_id("second")));
  KEPT(mallocop_op_end_n(op, 5));
  if ((library = dlopen(argv[1], RTLD_NOW)) == NULL) return 98;
  errno = 1234;
  dlclose(library);
  changed[2] = errno != 1234;
  KEPT(sink = malloc(11));
  /* More than a ring holds, from two places that alternate, so that it is written again and again. */
  int in_loop = 0;
  for (int i = 0; i < 20000; ++i) {
    errno = 1234;
    void* one = malloc(30);
    void* other = malloc(40);
    free(one);
    if (i % 2 == 0) free(other);
    in_loop += errno != 1234;
  }
  for (int i = 0; i < 20; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, in_thread, NULL) != 0) return 97;
    pthread_join(thread, NULL);
  }
  printf("in the loop %d, in first calls %d, at the ends of threads %d, by dlclose %d\n", in_loop, changed[0],
         changed[1], changed[2]);
  errno = 0;
  execl("/no/such/program", "program", (char*)NULL);
  printf("exec: %s\n", strerror(errno));
  return 0;
}
