// GoogleTest with limits on allocations: mallocop run -- ./gtest_parse
#include <string>
#include <vector>

#include "mallocop/gtest.hpp"

using testing::Le;

TEST(Parse, AllocatesTheVectorAlone) {
  std::vector<int> numbers;
  EXPECT_ALLOCATIONS(Le(1)) { numbers.reserve(100); }
  EXPECT_NO_ALLOCATIONS {
    for (int i = 0; i < 100; ++i) numbers.push_back(i);
  }
}

TEST(Parse, TakesNoMoreThan2KiB) {
  EXPECT_ALLOCATED_BYTES(Le(2048)) { const std::string line(1000, '.'); }
}
