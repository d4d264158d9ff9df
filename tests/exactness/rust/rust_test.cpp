// Random stacks of Rust, taken where it allocates.
#include "tests/exactness/exactness_test.h"

extern "C" size_t walk_through_rust(uint64_t seed);  // frames.rs

namespace mallocop::exactness {
namespace {

class RustStacks : public Exactness {};

TEST_F(RustStacks, OfCallersOfMalloc) {
  const ComparingInMalloc comparing;
  Random random(seed());
  const uint64_t end = counts().stacks + share(100);
  uint64_t chosen = random.next();
  while (counts().stacks < end) {
    if (random.below(2) == 0) chosen = random.next();
    walk_through_rust(chosen);
  }
  EXPECT_GT(counts().by_read_set, before_.by_read_set);
  EXPECT_EQ(counts().truncated, before_.truncated);
}

}  // namespace
}  // namespace mallocop::exactness
