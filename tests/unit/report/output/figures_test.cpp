#include "report/output/figures.h"

#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

TEST(ShortNumber, WritesWholeNumbersWhole) {
  EXPECT_EQ(short_number({0, 7}), "0");
  EXPECT_EQ(short_number({3000, 1000}), "3");
  EXPECT_EQ(short_number({12'345'000, 1000}), "12,345");
}

TEST(ShortNumber, NeverRoundsToWhatItIsNot) {
  EXPECT_EQ(short_number({9985, 1000}), "9.985");
  EXPECT_EQ(short_number({1, 1'000'000}), "<0.001");
  EXPECT_EQ(short_number({3'000'001, 1'000'000}), "~3");
  EXPECT_EQ(short_number({9'999'999, 10'000'000}), "~1");
  EXPECT_EQ(short_number({999'999, 1000}), "~1,000");
  EXPECT_EQ(short_number({5, 2}), "2.5");
  EXPECT_EQ(short_number({1'234'567, 100}), "12,345.7");
}

TEST(ShortSize, HasAUnitAndKeepsSmallFractions) {
  EXPECT_EQ(short_size({512, 1}), "512 B");
  EXPECT_EQ(short_size({1025, 2}), "512.5 B");
  EXPECT_EQ(short_size({2048, 1}), "2.0 KiB");
  EXPECT_EQ(short_size({1, 3000}), "<0.001 B");
}

TEST(Percent, SaysAllAndNothingOnlyWhenItIs) {
  EXPECT_EQ(percent(0, 10), "0 %");
  EXPECT_EQ(percent(10, 10), "100 %");
  EXPECT_EQ(percent(1, 1000), "<1 %");
  EXPECT_EQ(percent(999, 1000), ">99 %");
  EXPECT_EQ(percent(64, 100), "64 %");
  EXPECT_EQ(percent(0, 0), "-");
}

TEST(ShortRate, UsesThreeDigitsAndAPrefix) {
  EXPECT_EQ(short_rate(0.5), "0.5");
  EXPECT_EQ(short_rate(870), "870");
  EXPECT_EQ(short_rate(999.7), "1 k");
  EXPECT_EQ(short_rate(1'234'567), "1.23 M");
  EXPECT_EQ(short_rate(5e12), "5000 G");
}

TEST(Counted, KnowsTheSingular) {
  EXPECT_EQ(counted(1, "call", "calls"), "1 call");
  EXPECT_EQ(counted(0, "call", "calls"), "0 calls");
  EXPECT_EQ(counted(1234, "call", "calls"), "1,234 calls");
}

TEST(Figures, ShortTimesKeepTheirDigits) {
  EXPECT_EQ(short_time(0.5249), "0.52 ns");
  EXPECT_EQ(short_time(9.9949), "9.99 ns");
  EXPECT_EQ(short_time(9.996), "10.0 ns");
  EXPECT_EQ(short_time(12.5), "12.5 ns");
  EXPECT_EQ(short_time(99.96), "100 ns");
  EXPECT_EQ(short_time(1100), "1.10 us");
}

}  // namespace
}  // namespace mallocop::report
