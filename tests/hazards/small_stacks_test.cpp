// Hooks need little stack: threads of 16 KiB, alternate stacks and fibers of 8 KiB live with them, and a painted stack
// shows how far down they reach.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class SmallStacks : public Integration {};

class Places : public SmallStacks, public testing::WithParamInterface<const char*> {};

TEST_P(Places, AreLargeEnough) {
  const uint64_t stacks = GetParam() == std::string("threads") ? 4 : 1;
  const Command command = {.words = {program("small_stacks"), GetParam()}};
  ASSERT_EQ(bare(command).status, 0);
  const Measured measured = measure(command);
  ASSERT_EQ(measured.host.status, 0) << measured.host.err;
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.total_of("inner", "allocations"), 2 * 1000 * stacks);
  EXPECT_EQ(measured.total_of("inner", "frees"), 1000 * stacks);
  EXPECT_EQ(measured.total_of("outer", "frees"), 1000 * stacks);
}

INSTANTIATE_TEST_SUITE_P(All, Places, testing::Values("threads", "alternate", "fiber"),
                         [](const auto& one) { return std::string(one.param); });

// preload/README.md: below 4 KiB in a hook, beside what the real function takes.
TEST_F(SmallStacks, AHookTakesLessThanFourKibibytes) {
  const Command command = {.words = {program("small_stacks"), "paint", program("plugin_alpha.so")}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0);
  const Measured measured = measure(command);
  ASSERT_EQ(measured.host.status, 0);
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  const Json own = Json::parse(bare_run.out);
  const Json used = Json::parse(measured.host.out);
  for (const auto& [function, bytes] : used.items()) {
    RecordProperty(function, bytes.dump());
    EXPECT_GT(bytes, 0) << function;
    EXPECT_LT(bytes.get<int>() - own[function].get<int>(), 4096) << function << " " << used << "\nwithout " << own;
  }
}

}  // namespace
}  // namespace mallocop::test
