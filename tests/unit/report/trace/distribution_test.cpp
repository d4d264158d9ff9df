#include "report/trace/distribution.h"

#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

TEST(Distribution, PercentilesAreTheSmallestValueThatEnoughCallsDoNotExceed) {
  DistributionBuilder builder;
  builder.add({0, 1}, 50);
  builder.add({7, 1}, 49);
  builder.add({100, 1}, 1);
  const Distribution result = builder.build(443, 100);
  EXPECT_EQ(result.p50, (Rational{0, 1}));
  EXPECT_EQ(result.p99, (Rational{7, 1}));
  EXPECT_EQ(result.min, (Rational{0, 1}));
  EXPECT_EQ(result.max, (Rational{100, 1}));
  EXPECT_EQ(result.share, (Rational{50, 100}));
}

TEST(Distribution, OneCallMoreMovesThePercentile) {
  DistributionBuilder builder;
  builder.add({0, 1}, 50);
  builder.add({7, 1}, 51);
  EXPECT_EQ(builder.build(357, 101).p50, (Rational{7, 1}));
}

TEST(Distribution, TheMeanStaysTheUnreducedPair) {
  DistributionBuilder builder;
  builder.add({2, 1}, 10);
  const Distribution result = builder.build(20, 10);
  EXPECT_EQ(result.total, 20U);
  EXPECT_EQ(result.mean.num, 20U);
  EXPECT_EQ(result.mean.den, 10U);
}

TEST(Distribution, SharesOfBatchesAreComparedExactly) {
  DistributionBuilder builder;
  builder.add({1, 3}, 3);
  builder.add({2, 6}, 6);  // the same value
  builder.add({333333333, 1000000000}, 1000000000);
  const Distribution result = builder.build(333333336, 1000000009);
  EXPECT_EQ(result.min, (Rational{333333333, 1000000000}));
  EXPECT_EQ(result.max, (Rational{1, 3}));
  EXPECT_EQ(result.share.num, result.share.den);
}

TEST(Distribution, ManyDifferentValuesAreAllKept) {
  DistributionBuilder builder;
  constexpr uint64_t kValues = 50000;
  for (uint64_t value = 0; value < kValues; ++value) builder.add({value * 7919 % kValues, 1}, 1);
  const Distribution result = builder.build(1, kValues);
  EXPECT_EQ(result.p50, (Rational{kValues / 2 - 1, 1}));
  EXPECT_EQ(result.p99, (Rational{kValues / 100 * 99 - 1, 1}));
  EXPECT_EQ(result.max, (Rational{kValues - 1, 1}));
}

TEST(Distribution, NoCallsGiveZerosWithADenominatorOfOne) {
  const Distribution result = DistributionBuilder().build(0, 0);
  EXPECT_EQ(result.mean.den, 1U);
  EXPECT_EQ(result.max, (Rational{0, 1}));
}

}  // namespace
}  // namespace mallocop::report
