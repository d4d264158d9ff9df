/* A handler interrupts malloc, calloc, realloc and free all over their instructions: the processor is made to step
 * through them, and every 512th step, 13 further on in each round, the handler allocates and frees. Its allocator
 * must bear that (bump_malloc). Prints how much both did: {"allocations": N, "bytes": N, "frees": N}, and how often
 * the handler was told other totals than what it did.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kEvery = 512, kFurther = 13, kWarm = 10 };

static unsigned long steps, handled, rounds, wrong_totals;
static unsigned next_step;
static void* volatile in_handler;

static void on_step(int signal) {
  (void)signal;
  if (++steps % kEvery != next_step) return;
  const struct mallocop_totals before = mallocop_thread_totals();
  in_handler = malloc(77);
  free(in_handler);
  in_handler = malloc(3);
  const struct mallocop_totals after = mallocop_thread_totals();
  wrong_totals += after.allocations - before.allocations != 2 || after.bytes - before.bytes != 80 ||
                  after.frees - before.frees != 1;
  ++handled;
}

/* The trap flag; the red zone is stepped over. */
#define SET_FLAGS(change, bits)                                                                                       \
  __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; " change " %0, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::"r"(bits) \
                   : "memory", "cc")

/* From one place, so that after the first round every stack is known: looking one up has signals blocked. */
__attribute__((noinline)) static void work(unsigned long trap_flag) {
  const mallocop_op op = mallocop_op_begin("round"); /* its end writes the ring, if that is half full */
  SET_FLAGS("orq", trap_flag);
  void* one = malloc(40);
  void* other = calloc(2, 25);
  one = realloc(one, 90);
  free(other);
  free(one);
  SET_FLAGS("andq", ~0x100UL);
  mallocop_op_end(op);
  ++rounds;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_step;
  sigaction(SIGTRAP, &action, NULL);
  for (unsigned i = 0; i < kWarm + kEvery / kFurther; ++i) {
    next_step = i * kFurther % kEvery;
    steps = 0;
    work(i < kWarm ? 0 : 0x100);
  }
  char line[200];
  const int length = snprintf(
      line, sizeof line, "{\"allocations\":%lu,\"bytes\":%lu,\"frees\":%lu,\"handled\":%lu,\"wrong_totals\":%lu}\n",
      3 * rounds + 2 * handled, 180 * rounds + 80 * handled, 3 * rounds + handled, handled, wrong_totals);
  return write(STDOUT_FILENO, line, (size_t)length) == length ? 0 : 1;
}
