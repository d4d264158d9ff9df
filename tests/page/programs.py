"""Programs whose pages the tests look at."""

# 8,192 stacks of two functions, in an operation, and a block of each length that is live to the end.
MANY = """\
#include <mallocop/mallocop.h>
#include <stdlib.h>
static void right(unsigned path, unsigned left);
__attribute__((noinline)) static void left(unsigned path, unsigned depth) {
  if (depth == 0) { free(malloc(16)); return; }
  ((path & 1) ? left : right)(path >> 1, depth - 1);
  __asm__ volatile("");
}
__attribute__((noinline)) static void right(unsigned path, unsigned depth) {
  if (depth == 0) { free(malloc(24)); return; }
  ((path & 1) ? left : right)(path >> 1, depth - 1);
  __asm__ volatile("");
}
int main(void) {
  for (unsigned path = 0; path < 8192; ++path) {
    mallocop_op op = mallocop_op_begin(path & 1 ? "odd" : "even");
    left(path >> 1, 12);
    mallocop_op_end(op);
  }
  return 0;
}
"""

# Two threads that each have a block for a while, both at once or one after the other: a trace does not say.
OVERLAPPING = """\
#include <pthread.h>
#include <stdlib.h>
static pthread_barrier_t both;
static void *run(void *size) {
  pthread_barrier_wait(&both);
  free(malloc((size_t)size));
  pthread_barrier_wait(&both);
  return 0;
}
int main(void) {
  pthread_t thread;
  pthread_barrier_init(&both, 0, 2);
  pthread_create(&thread, 0, run, (void *)(3 << 20));
  run((void *)(2 << 20));
  return pthread_join(thread, 0);
}
"""

# Names that would be markup where a page took them for it: of the operation, a function, the command and the source.
HOSTILE = """\
#include <mallocop/mallocop.h>
#include <stdlib.h>
void *grab(int size) __asm__("\\"<img src=x onerror=alert(1)>\\"");
__attribute__((noinline)) void *grab(int size) { return malloc(size); }  /* </script><script>alert(2)</script> */
int main(int argc, char **argv) {
  mallocop_op op = mallocop_op_begin("</script><b>\\"x'&amp;\\\\u003c");
  free(grab(argc));
  mallocop_op_end(op);
  return argv == 0;
}
"""

# The same twice, but for what the first argument says: 1 allocates more in `grow`, nothing in `gone`, and anew in `come`.
CHANGING = """\
#include <mallocop/mallocop.h>
#include <stdlib.h>
__attribute__((noinline)) void grow(int count) { for (int i = 0; i < count; ++i) free(malloc(100)); }
__attribute__((noinline)) void gone(int count) { for (int i = 0; i < count; ++i) free(malloc(10)); }
__attribute__((noinline)) void come(int count) { for (int i = 0; i < count; ++i) free(malloc(20)); }
__attribute__((noinline)) void stay(int count) { for (int i = 0; i < count; ++i) free(malloc(30)); }
int main(int argc, char **argv) {
  mallocop_op op = mallocop_op_begin("work");
  grow(argc > 1 ? 30 : 10);
  gone(argc > 1 ? 0 : 7);
  come(argc > 1 ? 5 : 0);
  stay(4);
  mallocop_op_end(op);
  return argv == 0;
}
"""
