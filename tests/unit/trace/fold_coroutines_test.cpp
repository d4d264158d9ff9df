// Marks of coroutines that share a thread: each has calls of its own.
#include <gtest/gtest.h>

#include "tests/unit/trace/fold_harness.h"

namespace mallocop::trace {
namespace {

constexpr OperationId kRead = 1, kWrite = 2;

class FoldCoroutines : public ::testing::Test {
 protected:
  void use(int blocks) {
    for (int block = 0; block < blocks; ++block) {
      thread_.alloc(0x1000, 10);
      thread_.free(0x1000);
    }
  }
  const WindowCall& only(const Window& window, OperationId operation) {
    const WindowCall* found = nullptr;
    for (const WindowCall& call : window.calls) {
      if (call.operation != operation) continue;
      EXPECT_EQ(found, nullptr);
      found = &call;
    }
    static const WindowCall kNone;
    EXPECT_NE(found, nullptr);
    return found == nullptr ? kNone : *found;
  }
  FoldHarness thread_;
};

TEST_F(FoldCoroutines, ACallIsOpenOnlyWhileItsCoroutineRuns) {
  thread_.switch_to(1);
  const uint32_t read = thread_.begin(kRead);
  use(1);
  thread_.switch_to(2);
  use(5);  // nobody's
  const uint32_t write = thread_.begin(kWrite);
  use(2);
  thread_.switch_to(1);
  use(3);
  thread_.end(kRead, read);
  use(7);  // nobody's
  thread_.switch_to(2);
  use(4);
  thread_.end(kWrite, write);
  const Window window = thread_.window();
  EXPECT_EQ(only(window, kRead).allocations, 4U);
  EXPECT_EQ(only(window, kWrite).allocations, 6U);
  EXPECT_EQ(thread_.output().unmatched_call_ends, 0U);
}

TEST_F(FoldCoroutines, TheEndOfACallLeavesOtherCoroutinesCallsAlone) {
  const uint32_t outer = thread_.begin(kRead);
  thread_.switch_to(7);
  const uint32_t inner = thread_.begin(kWrite);
  thread_.switch_to(0);
  thread_.end(kRead, outer);
  thread_.switch_to(7);
  use(1);
  thread_.end(kWrite, inner);
  const Window window = thread_.window();
  EXPECT_EQ(only(window, kRead).allocations, 0U);
  EXPECT_EQ(only(window, kWrite).allocations, 1U);
}

TEST_F(FoldCoroutines, TheyGoOnInTheNextWindow) {
  const uint32_t outer = thread_.begin(kRead);
  use(1);
  thread_.switch_to(7);
  const uint32_t inner = thread_.begin(kWrite);
  use(2);
  thread_.window();
  use(2);
  thread_.switch_to(0);
  use(1);
  thread_.window();
  thread_.end(kRead, outer);
  thread_.switch_to(7);
  thread_.end(kWrite, inner);
  const Window window = thread_.window();
  EXPECT_TRUE(only(window, kRead).ends);
  EXPECT_TRUE(only(window, kWrite).ends);
  EXPECT_NE(only(window, kRead).level, only(window, kWrite).level);
  EXPECT_EQ(thread_.output().unmatched_call_ends, 0U);
}

TEST_F(FoldCoroutines, AnotherCoroutinesCallCannotBeEnded) {
  const uint32_t outer = thread_.begin(kRead);
  thread_.switch_to(7);
  thread_.end(kRead, outer);
  thread_.window();
  EXPECT_EQ(thread_.output().unmatched_call_ends, 1U);
  thread_.switch_to(0);
  thread_.end(kRead, outer);
  EXPECT_TRUE(only(thread_.window(), kRead).ends);
}

// The place of a call that ended is free, while others are open above it.
TEST_F(FoldCoroutines, PlacesAreUsedAgain) {
  std::vector<uint32_t> tokens;
  for (uint64_t coroutine = 1; coroutine <= kMaxOpenCalls; ++coroutine) {
    thread_.switch_to(coroutine);
    tokens.push_back(thread_.begin(kRead));
  }
  for (int round = 0; round < 3; ++round) {
    for (uint64_t coroutine = 1; coroutine <= kMaxOpenCalls; coroutine += 3) {
      thread_.switch_to(coroutine);
      thread_.end(kRead, tokens[coroutine - 1]);
    }
    for (uint64_t coroutine = 1; coroutine <= kMaxOpenCalls; coroutine += 3) {
      thread_.switch_to(coroutine);
      tokens[coroutine - 1] = thread_.begin(kRead);
    }
    thread_.window();
    EXPECT_EQ(thread_.output().calls_too_deep, 0U);
    EXPECT_EQ(thread_.output().unmatched_call_ends, 0U);
  }
  thread_.begin(kRead);
  thread_.window();
  EXPECT_EQ(thread_.output().calls_too_deep, 1U);
}

}  // namespace
}  // namespace mallocop::trace
