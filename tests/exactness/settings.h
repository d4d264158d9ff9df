// How much is compared, and from which seed: from the environment, so that a failed run can be repeated.
#pragma once

#include <cstdint>

namespace mallocop::exactness {

struct Settings {
  uint64_t stacks;  // MALLOCOP_STACKS: of the whole program
  uint64_t seed;    // MALLOCOP_SEED
};
const Settings& settings();

// A part of all stacks, in percent, and at least one.
inline uint64_t share(uint64_t percent) { return settings().stacks * percent / 100 + 1; }

}  // namespace mallocop::exactness
