// Calls of operations in the fold.
#include <gtest/gtest.h>

#include "tests/unit/trace/fold_harness.h"

namespace mallocop::trace {
namespace {

constexpr OperationId kParse = 1, kSend = 2;

class FoldCalls : public ::testing::Test {
 protected:
  // A call that allocates and frees `count` blocks of 10 bytes.
  void call(OperationId operation, int count, uint64_t iterations = 1) {
    const uint32_t token = thread_.begin(operation);
    for (int block = 0; block < count; ++block) {
      thread_.alloc(0x1000, 10);
      thread_.free(0x1000);
    }
    thread_.end(operation, token, iterations);
  }
  FoldHarness thread_;
};

TEST_F(FoldCalls, EqualCallsInARowAreOneRow) {
  for (int round = 0; round < 500; ++round) call(kParse, 2);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_EQ(window.calls[0].repeat, 500U);
  EXPECT_EQ(window.calls[0].allocations, 2U);
  EXPECT_EQ(window.calls[0].bytes, 20U);
  EXPECT_EQ(window.calls[0].frees, 2U);
  EXPECT_EQ(window.calls[0].temporary, 2U);
  EXPECT_EQ(window.calls[0].peak, 10U);
  EXPECT_EQ(window.calls[0].net, 0U);
  ASSERT_EQ(window.calls[0].sites.size(), 1U);
  EXPECT_EQ(window.calls[0].sites[0].allocations, 2U);
  EXPECT_EQ(window.sites[window.calls[0].sites[0].site].operation, kParse);
}

TEST_F(FoldCalls, TheFirstCallsKeepTheirOrder) {
  for (int round = 0; round < 10; ++round) call(kParse, round % 2);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 10U);
  for (size_t row = 0; row < 10; ++row) {
    EXPECT_TRUE(window.calls[row].ordered);
    EXPECT_EQ(window.calls[row].allocations, row % 2);
  }
}

TEST_F(FoldCalls, LaterCallsAreCountedTogether) {
  for (uint32_t round = 0; round < kOrderedCalls; round += 512) {
    for (int inner = 0; inner < 512; ++inner) call(kParse, 0);
    thread_.window();
  }
  for (int round = 0; round < 100; ++round) call(kParse, round % 2);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_FALSE(window.calls[0].ordered);
  EXPECT_EQ(window.calls[0].repeat, 50U);
  EXPECT_EQ(window.calls[1].repeat, 50U);
}

TEST_F(FoldCalls, EachOperationIsCountedForItself) {
  for (int round = 0; round < 5; ++round) {
    call(kParse, 1);
    call(kSend, 3);
  }
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_EQ(window.calls[0].operation, kParse);
  EXPECT_EQ(window.calls[0].repeat, 5U);
  EXPECT_EQ(window.calls[1].operation, kSend);
  EXPECT_EQ(window.calls[1].repeat, 5U);
}

TEST_F(FoldCalls, AllocationsBelongToTheInnermostCall) {
  const uint32_t outer = thread_.begin(kParse);
  thread_.alloc(0x1000, 100);
  const uint32_t inner = thread_.begin(kSend);
  thread_.alloc(0x2000, 7);
  thread_.free(0x1000);  // the outer call's block, freed by the inner one
  thread_.end(kSend, inner);
  thread_.alloc(0x3000, 5);
  thread_.end(kParse, outer);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  const WindowCall& send = window.calls[0];
  EXPECT_EQ(send.level, 1U);
  EXPECT_EQ(send.bytes, 7U);
  EXPECT_EQ(send.frees, 1U);
  EXPECT_EQ(send.net, 7U);
  const WindowCall& parse = window.calls[1];
  EXPECT_EQ(parse.level, 0U);
  EXPECT_EQ(parse.bytes, 105U);
  EXPECT_EQ(parse.peak, 100U);
  EXPECT_EQ(parse.net, 5U);
  EXPECT_EQ(parse.frees, 0U);
}

TEST_F(FoldCalls, ARecursiveOperationCountsEveryLevelOnItsOwn) {
  const uint32_t outer = thread_.begin(kParse);
  thread_.alloc(0x1000, 1);
  const uint32_t inner = thread_.begin(kParse);
  thread_.alloc(0x2000, 2);
  thread_.end(kParse, inner);
  thread_.alloc(0x3000, 4);
  thread_.end(kParse, outer);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_EQ(window.calls[0].bytes, 2U);
  EXPECT_EQ(window.calls[1].bytes, 5U);
  ASSERT_EQ(window.calls[1].sites.size(), 1U);
  EXPECT_EQ(window.calls[1].sites[0].allocations, 2U);
}

TEST_F(FoldCalls, EndingACallEndsThoseOpenedInsideIt) {
  const uint32_t outer = thread_.begin(kParse);
  thread_.begin(kSend);  // left by an exception
  thread_.alloc(0x1000, 8);
  thread_.end(kParse, outer);
  thread_.alloc(0x2000, 9);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_EQ(window.calls[0].operation, kSend);
  EXPECT_TRUE(window.calls[0].ends);
  EXPECT_EQ(window.calls[0].bytes, 8U);
  EXPECT_EQ(window.sites[1].operation, kOutside);
  EXPECT_EQ(thread_.output().unmatched_call_ends, 0U);
}

TEST_F(FoldCalls, AnEndWithoutABeginIsCountedAndDoesNothing) {
  const uint32_t token = thread_.begin(kParse);
  thread_.end(kParse, token + 1000);
  thread_.end(kSend, token);
  thread_.alloc(0x1000, 8);
  thread_.end(kParse, token);
  const Window window = thread_.window();
  EXPECT_EQ(thread_.output().unmatched_call_ends, 2U);
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_EQ(window.calls[0].bytes, 8U);
}

TEST_F(FoldCalls, ACallThatSpansWindowsComesInParts) {
  const uint32_t token = thread_.begin(kParse);
  thread_.alloc(0x1000, 8);
  Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_TRUE(window.calls[0].begins);
  EXPECT_FALSE(window.calls[0].ends);
  EXPECT_TRUE(window.latencies.empty());

  thread_.alloc(0x2000, 16);
  window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_FALSE(window.calls[0].begins);
  EXPECT_FALSE(window.calls[0].ends);
  EXPECT_EQ(window.calls[0].bytes, 16U);

  thread_.alloc(0x3000, 32);
  thread_.end(kParse, token);
  window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_FALSE(window.calls[0].begins);
  EXPECT_TRUE(window.calls[0].ends);
  EXPECT_EQ(window.calls[0].bytes, 32U);
  ASSERT_EQ(window.latencies.size(), 1U);
  EXPECT_EQ(window.latencies[0].total_ticks, 3U);  // one for the end, two for the windows' ends
}

TEST_F(FoldCalls, BlocksOfCallsInPartsSayWhoseTheyAre) {
  const uint32_t outer = thread_.begin(kParse);
  thread_.alloc(0x1000, 8);
  const uint32_t whole = thread_.begin(kSend);
  thread_.alloc(0x2000, 8);
  thread_.end(kSend, whole);
  const uint32_t inner = thread_.begin(kSend);
  thread_.alloc(0x3000, 8);
  Window window = thread_.window();
  ASSERT_EQ(window.blocks.size(), 3U);
  EXPECT_EQ(window.blocks[0].part, 0U);
  EXPECT_EQ(window.blocks[1].part, WindowBlock::kNoPart) << "its call is whole";
  EXPECT_EQ(window.blocks[2].part, 1U);
  for (const WindowCall& call : window.calls) EXPECT_EQ(call.blocks_before, WindowCall::kUnknownWhen);

  thread_.free(0x3000);
  thread_.alloc(0x4000, 8);
  thread_.end(kSend, inner);
  thread_.alloc(0x5000, 8);
  thread_.end(kParse, outer);
  thread_.alloc(0x6000, 8);
  window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_EQ(window.calls[0].blocks_before, 2U);
  EXPECT_EQ(window.calls[1].blocks_before, 3U);
  ASSERT_EQ(window.blocks.size(), 4U);
  EXPECT_EQ(window.blocks[1].part, 1U);
  EXPECT_EQ(window.blocks[2].part, 0U);
  EXPECT_EQ(window.blocks[3].part, WindowBlock::kNoPart);
}

// Whoever freed the block that the call had there before: it is gone.
TEST_F(FoldCalls, AFreeWithoutAProofEndsTheBlockThatWasThere) {
  const uint32_t token = thread_.begin(kParse);
  thread_.alloc(0x1000, 8);
  thread_.free(0x1000, false);
  thread_.alloc(0x2000, 16);
  thread_.alloc(0x2000, 32);  // another thread freed the first
  thread_.free(0x3000, false);
  thread_.end(kParse, token);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_EQ(window.calls[0].net, 32U);
  EXPECT_EQ(window.calls[0].peak, 48U)
      << "the old one at 0x2000 was freed before the new one came, but nobody saw when";
  EXPECT_EQ(window.calls[0].frees, 2U);
}

TEST_F(FoldCalls, DurationsAreCountedInBuckets) {
  for (int round = 0; round < 3; ++round) {
    const uint32_t token = thread_.begin(kParse);
    thread_.wait(999);
    thread_.end(kParse, token);
  }
  call(kParse, 0);
  const Window window = thread_.window();
  ASSERT_EQ(window.latencies.size(), 1U);
  const WindowLatency& latency = window.latencies[0];
  EXPECT_EQ(latency.calls, 4U);
  EXPECT_EQ(latency.total_ticks, 3001U);
  EXPECT_EQ(latency.smallest, 1U);
  EXPECT_EQ(latency.largest, 1000U);
  ASSERT_EQ(latency.buckets.size(), 2U);
  uint64_t slow = 0;
  for (const auto& bucket : latency.buckets) slow += bucket.bucket == latency_bucket(1000) ? bucket.calls : 0;
  EXPECT_EQ(slow, 3U);
}

TEST_F(FoldCalls, ABatchStandsForItsIterations) {
  const uint32_t token = thread_.begin(kParse);
  thread_.wait(999);
  thread_.alloc(0x1000, 8);
  thread_.end(kParse, token, 100);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_EQ(window.calls[0].iterations, 100U);
  EXPECT_EQ(window.latencies[0].calls, 100U);
  EXPECT_EQ(window.latencies[0].total_ticks, 1000U);
  EXPECT_EQ(window.latencies[0].largest, 10U);
}

TEST_F(FoldCalls, CallsNestedTooDeepAreCounted) {
  for (size_t level = 0; level < kMaxOpenCalls + 3; ++level) thread_.begin(kParse);
  const Window window = thread_.window();
  EXPECT_EQ(thread_.output().calls_too_deep, 3U);
  EXPECT_EQ(window.calls.size(), kMaxOpenCalls);
}

TEST_F(FoldCalls, MoreOperationsThanCountersLoseOnlyTheOrder) {
  for (OperationId operation = 1; operation <= 2 * kCallCounters; ++operation) {
    call(operation, 0);
    call(operation, 1);
  }
  const Window window = thread_.window();
  EXPECT_EQ(window.calls.size(), 4 * kCallCounters);
  size_t ordered = 0;
  for (const WindowCall& row : window.calls) ordered += row.ordered;
  EXPECT_EQ(ordered, 2 * kCallCounters);
}

TEST_F(FoldCalls, ABlockThatIsFreedFirstThingInTheNextWindowIsTemporaryForItsCall) {
  const uint32_t outer = thread_.begin(1);
  thread_.alloc(0x1000, 8);
  const uint32_t inner = thread_.begin(2);
  EXPECT_EQ(thread_.window().calls.size(), 2U);
  thread_.free(0x1000);
  thread_.end(2, inner);
  thread_.end(1, outer);
  const Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_EQ(window.calls[0].operation, 2U);
  EXPECT_EQ(window.calls[0].temporary, 0U);
  EXPECT_EQ(window.calls[1].operation, 1U);
  EXPECT_EQ(window.calls[1].temporary, 1U);
}

}  // namespace
}  // namespace mallocop::trace
