// Fibers, each in the middle of a walk of its own, that switch to each other at random.
#include <ucontext.h>

#include <memory>

#include "tests/exactness/exactness_test.h"

namespace mallocop::exactness {
namespace {

constexpr uint32_t kFibers = 6;
constexpr size_t kStackSize = size_t{512} << 10;

struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  uint64_t seed;
  uint32_t frames_without_information;  // walk.h counts for a thread, and a fiber is what has a stack
  uint32_t frames_that_end_libunwind;
  bool done;
};

struct Scheduler {
  ucontext_t main;
  Fiber fibers[kFibers];
  Fiber* current;
  Random random{0};
  Plan plan;
  uint64_t end;

  Fiber* not_done() {
    for (Fiber& fiber : fibers)
      if (!fiber.done) return &fiber;
    return nullptr;
  }
} g_scheduler;

void switch_to(ucontext_t& from, Fiber& to) {
  if (Fiber* const before = g_scheduler.current; before != nullptr) {
    before->frames_without_information = t_frames_without_information;
    before->frames_that_end_libunwind = t_frames_that_end_libunwind;
  }
  t_frames_without_information = to.frames_without_information;
  t_frames_that_end_libunwind = to.frames_that_end_libunwind;
  g_scheduler.current = &to;
  swapcontext(&from, &to.context);
}

void compare_and_switch(Walk& walk) {
  compare_here();
  Scheduler& scheduler = g_scheduler;
  if (counts().stacks < scheduler.end && scheduler.random.below(2) == 0) {
    Fiber& self = *scheduler.current;
    switch_to(self.context, scheduler.fibers[scheduler.random.below(kFibers)]);
    compare_here();
  }
  keep(&walk);
}

// A fiber begins in a piece of the C library that has no unwind information: nobody can say that nothing is above it.
void fiber() {
  Fiber& self = *g_scheduler.current;
  while (counts().stacks < g_scheduler.end) walk_once(g_scheduler.plan, ++self.seed);
  self.done = true;
}

void make(Fiber& made, uint64_t seed) {
  getcontext(&made.context);
  made.stack = std::make_unique<char[]>(kStackSize);
  made.context.uc_stack.ss_sp = made.stack.get();
  made.context.uc_stack.ss_size = kStackSize;
  made.context.uc_link = &g_scheduler.main;
  made.seed = seed;
  made.frames_without_information = 1;  // where it begins
  made.done = false;
  makecontext(&made.context, fiber, 0);
}

class Fibers : public Exactness {};

TEST_F(Fibers, SwitchAtRandom) {
  const OtherStacks other_stacks;
  const Mixture mixture{{kPlainFrames, 2}, {kTwinFrames, 1}, {kOddFrames, 1}};
  Scheduler& scheduler = g_scheduler;
  scheduler.random = Random(seed());
  scheduler.plan = {.list = mixture.list(), .most_frames = 12, .leaf = compare_and_switch};
  scheduler.end = counts().stacks + share(4);
  for (Fiber& each : scheduler.fibers) make(each, scheduler.random.next());
  while (Fiber* const next = scheduler.not_done()) {
    scheduler.current = nullptr;
    switch_to(scheduler.main, *next);
    t_frames_without_information = t_frames_that_end_libunwind = 0;
  }
  EXPECT_GT(counts().truncated, before_.truncated);
}

}  // namespace
}  // namespace mallocop::exactness
