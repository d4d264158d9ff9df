// Frames that make stacks look alike: the same return address and stack pointer at the leaf, and another way there.
#include <alloca.h>

#include <utility>

#include "tests/exactness/walk.h"

namespace mallocop::exactness {
namespace {

// Alike in everything but its address: what tells two stacks apart is one word in the middle.
template <int N>
[[gnu::noinline]] void twin(Walk& walk) {
  char local[48];
  asm volatile("" : : "r"(local), "i"(N) : "memory");  // the number keeps the compiler from making one of them all
  go_on(walk);
  keep(local);
}

template <int... N>
constexpr auto twins(std::integer_sequence<int, N...>) {
  struct {
    Frame frames[sizeof...(N)];
  } all{{twin<N>...}};
  return all;
}
constexpr auto kTwins = twins(std::make_integer_sequence<int, 32>());

// Goes on at a stack pointer that is a multiple of 4,096, over memory that is left as it was: stacks of different
// depths come to the same leaf at the same stack pointer, above what earlier ones left behind.
void at_round_stack_pointer(Walk& walk) {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  void* const memory = alloca((here - 256) % 4096 + 1);
  keep(memory);
  // Near the leaf a few times, as in a loop: what is below differs, and the rest of the stack stays.
  for (uint32_t times = walk.depth <= 2 ? walk.random.below(4) : 0; times > 0; --times) go_on(walk);
  go_on(walk);
  keep(memory);
}

constexpr Frame kRound[] = {at_round_stack_pointer};

}  // namespace

const FrameList kTwinFrames{kTwins.frames, sizeof kTwins.frames / sizeof(Frame)};
const FrameList kRoundFrames{kRound, 1};

}  // namespace mallocop::exactness
