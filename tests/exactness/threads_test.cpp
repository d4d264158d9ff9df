// Several threads take stacks at once, in a world whose rules nobody found yet; threads come and go, on stacks of
// several sizes, and on stacks that others used before.
#include <pthread.h>
#include <sys/mman.h>

#include <thread>
#include <vector>

#include "tests/exactness/exactness_test.h"

namespace mallocop::exactness {
namespace {

class Threads : public Exactness {};

TEST_F(Threads, FindTheSameRulesAtOnce) {
  constexpr uint64_t kRounds = 4;
  for (uint64_t round = 0; round < kRounds; ++round) {
    begin_new_world();
    std::vector<std::thread> threads;
    for (uint64_t number = 0; number < 4; ++number)
      threads.emplace_back([this_seed = seed() + round * 10 + number] {
        prepare_thread();
        const OtherStacks other_stacks;
        walk_until({.list = all_frames().list()}, share(10) / kRounds, this_seed);
      });
    for (std::thread& thread : threads) thread.join();
  }
}

struct OwnStack {
  uint64_t seed;
  Plan plan;
  void* spare_end;
};
void* walk_on_own_stack(void* argument) {
  const OwnStack& given = *static_cast<const OwnStack*>(argument);
  prepare_thread();
  const OtherStacks other_stacks(given.spare_end);
  walk_until(given.plan, share(3) / 4, given.seed);
  return nullptr;
}

void run_on(void* memory, size_t size, OwnStack given) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstack(&attributes, memory, size), 0);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, walk_on_own_stack, &given), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

// The spare stack lies above the thread's own, so a stack that goes on there goes down where it comes back.
TEST_F(Threads, WithStacksOfTheirOwn) {
  constexpr size_t kSize = size_t{4} << 20;
  void* const memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const end = static_cast<char*>(memory) + kSize;
  for (uint64_t round = 0; round < 4; ++round)
    run_on(memory, kSize / 2, {seed() + round, {.list = all_frames().list()}, end});
  munmap(memory, kSize);
}

TEST_F(Threads, WithTinyStacks) {
  constexpr size_t kSize = size_t{32} << 10;
  void* const memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  for (uint64_t round = 0; round < 4; ++round)
    run_on(memory, kSize, {seed() + round, {.list = kTwinFrames, .most_frames = 10}, nullptr});
  munmap(memory, kSize);
}

}  // namespace
}  // namespace mallocop::exactness
