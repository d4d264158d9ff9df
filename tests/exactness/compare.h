// Comparing the engine's stack with the references at one point, and counting what was compared.
//
// A stack is right if the engine says that it is complete and all three agree on every address; or if the engine says
// that it is truncated, the known reason for it is on the stack, and all three agree on what is there.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/arch/x86_64.h"

namespace mallocop::exactness {

struct Counts {
  uint64_t stacks = 0;
  uint64_t frames = 0;
  uint64_t by_read_set = 0;  // the three levels: which one gave the stack
  uint64_t by_rules = 0;
  uint64_t joined = 0;  // of these, to a part of the stack before
  uint64_t by_oracle = 0;
  uint64_t truncated = 0;
  uint64_t left_out = 0;  // code was interrupted where its unwind information is wrong
  uint64_t differences = 0;
};
// Since the program began, of all threads.
Counts counts();

// Makes what a comparison needs, so that the calling thread can compare in a signal handler. Each thread, in each
// world.
void prepare_thread();

// For a function that stands for a hook: compares the stacks at its caller. Does nothing if this thread is comparing
// already: then a signal handler interrupted the comparison, or the comparison itself allocates.
void compare_at(const preload::CallSite& site);

// While one exists, each call of malloc by this thread compares: those of libraries as well.
class ComparingInMalloc {
 public:
  ComparingInMalloc();
  ~ComparingInMalloc();
  ComparingInMalloc(const ComparingInMalloc&) = delete;
  ComparingInMalloc& operator=(const ComparingInMalloc&) = delete;
};

// Set while code is interrupted at any instruction: the counters of walk.h may be ahead of the stack, or behind it.
extern std::atomic<bool> g_interrupting;

}  // namespace mallocop::exactness
