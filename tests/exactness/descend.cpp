#include "tests/exactness/descend.h"

#include "tests/exactness/compare.h"

namespace mallocop::exactness {

void compare_at_leaf(Walk& walk) {
  compare_here();
  keep(&walk);
}

void do_nothing(Walk& walk) { keep(&walk); }

Mixture::Mixture(std::initializer_list<Part> parts) {
  for (const Part& part : parts)
    for (size_t round = 0; round < part.weight; ++round)
      frames_.insert(frames_.end(), part.list.frames, part.list.frames + part.list.count);
}

const Mixture& all_frames() {
  static const Mixture mixture{{described_frames().list(), 1}, {kForeignFrames, 4}};
  return mixture;
}

const Mixture& described_frames() {
  static const Mixture mixture{{kPlainFrames, 5},     {kTwinFrames, 2}, {kRoundFrames, 10}, {kCallFrames, 4},
                               {kExceptionFrames, 4}, {kOddFrames, 1},  {kSignalFrames, 1}};
  return mixture;
}

[[gnu::noinline]] void walk_once(const Plan& plan, uint64_t seed) {
  Walk walk{.random = Random(seed), .depth = 0, .between = plan.between, .list = plan.list, .leaf = plan.leaf};
  walk.depth = walk.random.below(plan.most_frames + 1);
  go_on(walk);
}

void walk_until(const Plan& plan, uint64_t stacks, uint64_t seed) {
  constexpr uint32_t kRemembered = 16;
  Random random(seed);
  uint64_t remembered[kRemembered];
  for (uint64_t& each : remembered) each = random.next();
  const uint64_t end = counts().stacks + stacks;
  while (counts().stacks < end) {
    uint64_t& chosen = remembered[random.below(kRemembered)];
    if (random.below(2) == 0) chosen = random.next();
    walk_once(plan, chosen);
  }
}

extern "C" void go_deeper(Walk* walk) { go_on(*walk); }

}  // namespace mallocop::exactness
