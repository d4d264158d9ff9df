// What the allocator's functions give, leave in errno and say of a block's size is the same with the shim and without.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Results : public Integration, public testing::WithParamInterface<With> {};

TEST_P(Results, AreTheAllocatorsOwn) {
  const Command command = {.words = {program("results")}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0);
  ASSERT_THAT(bare_run.out, testing::HasSubstr("malloc(huge): NULL errno 12 aligned 1"));
  ASSERT_THAT(bare_run.out, testing::Not(testing::HasSubstr("changed")));
  const Measured measured = measure(command, GetParam());
  EXPECT_EQ(measured.host.out, bare_run.out);
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_TRUE(measured.valid());
}

INSTANTIATE_TEST_SUITE_P(Both, Results, testing::Values(With::kPreload, With::kLauncher),
                         [](const auto& one) { return one.param == With::kPreload ? "preload" : "launcher"; });

}  // namespace
}  // namespace mallocop::test
