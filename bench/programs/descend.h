// Stacks of a known depth: functions that call each other and differ as real ones do, in the size of their frames and
// in how many registers they save. No frame pointers, nothing inlined, no tail calls. bench/overhead_test.py looks at
// the traces: the depths are those that are promised here.
#pragma once

#include "bench/programs/bench.h"

namespace bench {

// Calls bottom() beneath exactly `Frames` frames more than the caller's. bottom() must not be inlined.
template <int Frames, typename Bottom>
[[gnu::noinline]] void descend(Bottom& bottom) {
  char room[static_cast<unsigned>(Frames) % 4 * 24 + 8];
  use(&room);
  long kept = Frames;
  asm volatile("" : "+r"(kept));  // a value that lives across the call: it takes a register that must be saved first
  if constexpr (Frames == 1) {
    bottom();
  } else {
    descend<Frames - 1>(bottom);
  }
  use(kept);
}

// The frames beneath a loop that main() calls: main(), and the C library's two and _start.
constexpr int kFramesOfMain = 4;

// Runs `loop` with `Frames` frames on the stack in all, the loop's own and the process's first included; main() calls
// it. `loop` has a member `pairs` and an operator() that is not inlined.
template <int Frames, typename Loop>
struct AtDepth {
  Loop loop;

  [[gnu::noinline]] void operator()(std::uint64_t pairs) {
    loop.pairs = pairs;
    descend<Frames - kFramesOfMain - 2>(loop);
    use(&loop);
  }
};

// Allocates a block and frees it at once, again and again, from one place.
struct PairLoop {
  std::uint64_t pairs = 0;

  [[gnu::noinline]] void operator()() const {
    for (std::uint64_t i = 0; i < pairs; ++i) {
      void* const block = std::malloc(64);
      use(block);
      std::free(block);
    }
  }
};

}  // namespace bench
