/* Two fibers that take turns.
 *
 *     fibers nested      a turn begins and ends within the other's call: 500 turns
 *     fibers crossed     each keeps its call open over the other's turns, and the first to begin is the first to end
 */
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "mallocop/mallocop.h"

enum { kTurns = 500 };

static ucontext_t contexts[2];
static char stacks[32768];
static void* volatile sink;
static int crossed;

static void block(size_t size) {
  void* one = malloc(size);
  sink = one;
  free(one);
}
static void other_turn(int from) { swapcontext(&contexts[from], &contexts[1 - from]); }

static void second(void) {
  for (;;) {
    const mallocop_op op = mallocop_op_begin("second");
    block(20);
    if (crossed) other_turn(1);
    block(21);
    mallocop_op_end(op);
    other_turn(1);
  }
}

int main(int argc, char** argv) {
  if (argc != 2) return 99;
  crossed = strcmp(argv[1], "crossed") == 0;
  getcontext(&contexts[1]);
  contexts[1].uc_stack.ss_sp = stacks;
  contexts[1].uc_stack.ss_size = sizeof stacks;
  makecontext(&contexts[1], second, 0);
  for (int i = 0; i < kTurns; ++i) {
    const mallocop_op op = mallocop_op_begin("first");
    block(10);
    other_turn(0);
    block(11);
    mallocop_op_end(op);
    if (crossed) other_turn(0);
  }
  return 0;
}
