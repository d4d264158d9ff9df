// Ways to leave calls of operations that were not ended: exceptions, longjmp, cancellation, pthread_exit. 1,000 rounds
// of each in two threads; "outer" allocates 1 block of 10 bytes before and 1 of 20 after what was left, and "left" 1
// of 40.
#include <pthread.h>
#include <setjmp.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "mallocop/mallocop.hpp"

namespace {

constexpr int kRounds = 1000;
thread_local jmp_buf place;
thread_local void* volatile sink;

void block(std::size_t size) {
  void* const one = std::malloc(size);
  sink = one;
  std::free(one);
}

__attribute__((noinline)) void leave(int how, int depth) {
  mallocop_op_begin(how == 0 ? "left by exception" : "left by longjmp");  // never ended
  block(40);
  if (depth > 0) return leave(how, depth - 1);
  if (how == 0) throw 1;
  longjmp(place, 1);
}

void round_of(int how) {
  const mallocop::Operation outer{how == 0 ? "around exceptions" : "around longjmps"};
  block(10);
  if (how == 0) {
    try {
      const mallocop::Operation scoped{"scoped"};
      leave(0, 3);
    } catch (int) {
      block(20);
    }
  } else {
    if (setjmp(place) == 0) leave(1, 3);
    block(20);
  }
}

// Ends inside of two calls.
void* ends(void* cancelled) {
  const mallocop::Operation op{"ends with its thread"};
  block(70);
  mallocop_op_begin("never ended");
  block(80);
  if (cancelled == nullptr) pthread_exit(nullptr);
  for (;;) pause();
}

// Is interrupted anywhere: asynchronous cancellation may only be asked for where nothing is allocated.
void* undisturbed(void*) {
  for (int i = 0; i < kRounds; ++i) {
    const mallocop::Operation op{"undisturbed"};
    block(30);
    block(31);
  }
  return nullptr;
}

}  // namespace

int main() {
  pthread_t other;
  if (pthread_create(&other, nullptr, undisturbed, nullptr) != 0) return 99;
  for (int i = 0; i < kRounds; ++i) {
    round_of(0);
    round_of(1);
    if (i % 20 != 0) continue;
    pthread_t thread;
    int some = 0;
    void* const cancelled = i % 40 == 0 ? &some : nullptr;
    if (pthread_create(&thread, nullptr, ends, cancelled) != 0) return 98;
    if (cancelled != nullptr) pthread_cancel(thread);
    pthread_join(thread, nullptr);
  }
  pthread_join(other, nullptr);
  return 0;
}
