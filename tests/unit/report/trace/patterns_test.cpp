// When a site allocates. Each test says which calls do; the definition is in patterns.h.
#include "report/trace/patterns.h"

#include <gtest/gtest.h>

#include <functional>

namespace mallocop::report {
namespace {

constexpr SiteNumber kSite = 5;

class Patterns : public ::testing::Test {
 protected:
  Patterns() { counts_.operation = 0; }

  // A call of a thread; `size` 0: it does not allocate.
  void call(uint64_t size, uint32_t thread = 1) { batch(size == 0 ? 0 : 1, 1, size, thread); }
  void batch(uint64_t allocations, uint64_t iterations, uint64_t size, uint32_t thread = 1) {
    if (allocations != 0)
      tracker_.add(kSite, {thread, threads_[thread], 1, iterations}, allocations, allocations * size);
    threads_[thread] += iterations;
    calls_ += iterations;
  }
  Pattern pattern() const { return tracker_.pattern_of(kSite, counts_, calls_, threads_); }

  PatternTracker tracker_;
  SiteCounts counts_;
  uint64_t calls_ = 0;
  std::unordered_map<uint32_t, uint64_t> threads_;
};

TEST_F(Patterns, EveryCall) {
  for (int i = 0; i < 10; ++i) call(8);
  EXPECT_EQ(pattern(), Pattern::kEveryOp);
  EXPECT_EQ(tracker_.calls_of(kSite), 10U);
}

TEST_F(Patterns, AllButOneCall) {
  for (int i = 0; i < 10; ++i) call(i == 4 ? 0 : 8);
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
}

TEST_F(Patterns, FirstCallOnly) {
  for (int i = 0; i < 10; ++i) call(i == 0 ? 8 : 0);
  EXPECT_EQ(pattern(), Pattern::kFirstOpOnly);
}

TEST_F(Patterns, FirstCallOfEachThreadOnly) {
  for (uint32_t thread = 1; thread <= 3; ++thread) {
    for (int i = 0; i < 10; ++i) call(i == 0 ? 8 : 0, thread);
  }
  EXPECT_EQ(pattern(), Pattern::kFirstOpOnly);
}

TEST_F(Patterns, TheFirstFewCallsAreStillFirst) {
  for (int i = 0; i < 100; ++i) call(i < 16 ? 8 : 0);
  EXPECT_EQ(pattern(), Pattern::kFirstOpOnly);
}

TEST_F(Patterns, TheFirstManyCallsAreNot) {
  for (int i = 0; i < 100; ++i) call(i < 17 ? 8 : 0);
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
}

TEST_F(Patterns, ALateSingleCallIsSome) {
  for (int i = 0; i < 100; ++i) call(i == 50 ? 8 : 0);
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
}

TEST_F(Patterns, OnlyInTheWarmup) {
  tracker_.add_warmup(kSite);
  for (int i = 0; i < 10; ++i) call(0);
  EXPECT_EQ(pattern(), Pattern::kFirstOpOnly);
}

TEST_F(Patterns, CallsOneTwoFourEightAreGrowthEvenOfOneSize) {
  for (uint64_t i = 1; i <= 1000; ++i) call((i & (i - 1)) == 0 ? 64 : 0);
  EXPECT_EQ(pattern(), Pattern::kAmortisedGrowth);
}

TEST_F(Patterns, SizesThatGrowAreGrowthEvenAtEqualGaps) {
  for (uint64_t i = 1; i <= 100; ++i) call(i % 20 == 0 ? i * 10 : 0);
  EXPECT_EQ(pattern(), Pattern::kAmortisedGrowth);
}

TEST_F(Patterns, EqualSizesAtEqualGapsAreSome) {
  for (uint64_t i = 1; i <= 1000; ++i) call(i % 50 == 0 ? 512 : 0);
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
}

TEST_F(Patterns, ManyCallsAtEqualGapsAreSome) {
  for (uint64_t i = 1; i <= 10000; ++i) call(i % 4 == 0 ? 512 : 0);
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
}

TEST_F(Patterns, GrowthInMoreThanHalfOfTheCallsIsSome) {
  for (uint64_t i = 1; i <= 5; ++i) call((i & (i - 1)) == 0 ? i * 8 : 0);  // 1, 2 and 4 of 5
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
}

TEST_F(Patterns, GrowthInOneThreadAndFirstCallInAnotherIsGrowth) {
  for (uint64_t i = 1; i <= 100; ++i) call((i & (i - 1)) == 0 ? i * 8 : 0, 1);
  for (uint64_t i = 1; i <= 100; ++i) call(i == 1 ? 8 : 0, 2);
  EXPECT_EQ(pattern(), Pattern::kAmortisedGrowth);
}

TEST_F(Patterns, ABatchThatAllocatesAtLeastOncePerIterationIsEvery) {
  batch(2000, 1000, 8);
  EXPECT_EQ(pattern(), Pattern::kEveryOp);
}

TEST_F(Patterns, OneBatchWithFewAllocationsDoesNotSayThatTheyCameFirst) {
  batch(3, 1000, 8);
  EXPECT_EQ(pattern(), Pattern::kSomeOps);
  counts_.smallest = 8;
  counts_.largest = 64;
  EXPECT_EQ(pattern(), Pattern::kAmortisedGrowth);
}

TEST_F(Patterns, ABatchBeforeBatchesWithoutAllocationsIsFirst) {
  batch(3, 1000, 8);
  batch(0, 1000, 0);
  EXPECT_EQ(pattern(), Pattern::kFirstOpOnly);
}

TEST_F(Patterns, ASiteOfNoOperationIsOutside) {
  counts_.operation = kOutsideNumber;
  EXPECT_EQ(pattern(), Pattern::kOutsideOps);
}

}  // namespace
}  // namespace mallocop::report
