// What the tests share: each begins with a new world, compares its part of the stacks, and wants no difference.
#pragma once

#include <gtest/gtest.h>

#include "tests/exactness/compare.h"
#include "tests/exactness/descend.h"
#include "tests/exactness/other_stacks.h"
#include "tests/exactness/settings.h"
#include "tests/exactness/world.h"

namespace mallocop::exactness {

class Exactness : public ::testing::Test {
 protected:
  Exactness() {
    begin_new_world();
    before_ = counts();
    prepare_thread();
  }
  ~Exactness() override {
    const Counts now = counts();
    EXPECT_EQ(now.differences, before_.differences);
    EXPECT_GT(now.stacks, before_.stacks);
  }
  // A seed of its own for each test.
  static uint64_t seed() {
    uint64_t mixed = settings().seed;
    for (const char* name = ::testing::UnitTest::GetInstance()->current_test_info()->name(); *name != '\0'; ++name)
      mixed = mixed * 31 + static_cast<unsigned char>(*name);
    return mixed;
  }
  Counts before_;
};

}  // namespace mallocop::exactness
