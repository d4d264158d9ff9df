// Walks, one after the other, until enough stacks were compared.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/exactness/walk.h"

namespace mallocop::exactness {

// The leaf of most walks, and that of walks that compare elsewhere.
void compare_at_leaf(Walk& walk);
void do_nothing(Walk& walk);

struct Plan {
  FrameList list;
  uint32_t most_frames = 24;
  uint32_t between = 12;
  void (*leaf)(Walk&) = compare_at_leaf;
};

// The frames of all kinds. Some kinds have few members or cost much: `weight` says how often a list is taken in.
struct Part {
  FrameList list;
  size_t weight;
};
class Mixture {
 public:
  explicit Mixture(std::initializer_list<Part> parts);
  FrameList list() const { return {frames_.data(), frames_.size()}; }

 private:
  std::vector<Frame> frames_;
};
const Mixture& all_frames();

// Those whose unwind information is right at every instruction, and not only at calls. (clang 14 errs in prologues of
// functions that save vector registers.)
const Mixture& described_frames();

// One walk, always from the same stack pointer if the caller is at the same place.
void walk_once(const Plan& plan, uint64_t seed);

// Random walks until `stacks` more stacks were compared, by all threads together. Half of the walks repeat one of the
// last few, so that stacks come back before and after the caches have lost them.
void walk_until(const Plan& plan, uint64_t stacks, uint64_t seed);

}  // namespace mallocop::exactness
