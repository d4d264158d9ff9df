#include "report/verdict/suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::report {
namespace {

using test::ProfileBuilder;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::chrono::year_month_day kToday = 2026y / 11 / 22;

Allowance allow(std::string_view stack, std::optional<std::string> operation = {}) {
  return {FunctionPattern(stack), std::move(operation), "because", {}, "b.toml:3"};
}

// parse: 100 calls, one allocation of 10 B in each and 5 of 64 B for a locale, all in the first call; one leaked.
ProfileBuilder parser() {
  ProfileBuilder builder;
  builder.operation("parse", 100, 6, {{{"grow", "parse"}, 100, 10}, {{"std::locale::locale()", "parse"}, 5, 64, 1}});
  builder.outside({{"std::locale::classic()", "main"}, 2, 50, 2});
  return builder;
}

Rational rest(const ProfileBuilder& builder, const Suppressions& suppressions, Metric metric, Statistic statistic) {
  const Profile& profile = builder.get();
  return suppressions.rest_per_call(profile, profile.operations[0], info_of(metric), info_of(statistic));
}

TEST(Suppressions, AreSubtractedFromMeans) {
  const ProfileBuilder builder = parser();
  const std::vector<Allowance> allowances = {allow("std::locale::*")};
  const Suppressions suppressions(builder.get(), allowances, kToday);
  EXPECT_EQ(rest(builder, suppressions, Metric::kAllocs, Statistic::kMean), (Rational{100, 100}));
  EXPECT_EQ(rest(builder, suppressions, Metric::kBytes, Statistic::kMean), (Rational{1000, 100}));
  EXPECT_EQ(rest(builder, Suppressions(), Metric::kAllocs, Statistic::kMean), (Rational{105, 100}));
}

TEST(Suppressions, OtherStatisticsAreBoundedFromAbove) {
  const ProfileBuilder builder = parser();
  const std::vector<Allowance> locale = {allow("std::locale::*")};
  // The most that a call may have left is not known (it is 1), so the 6 of the first call stand.
  EXPECT_EQ(rest(builder, Suppressions(builder.get(), locale, kToday), Metric::kAllocs, Statistic::kMax),
            (Rational{6, 1}));
  const std::vector<Allowance> grow = {allow("grow")};
  // No call can have more than the 5 that are left of all calls.
  EXPECT_EQ(rest(builder, Suppressions(builder.get(), grow, kToday), Metric::kAllocs, Statistic::kMax),
            (Rational{5, 1}));
  const std::vector<Allowance> all = {allow("parse")};
  EXPECT_EQ(rest(builder, Suppressions(builder.get(), all, kToday), Metric::kAllocs, Statistic::kP99),
            (Rational{0, 1}));
}

TEST(Suppressions, MetricsWithoutExactSharesAreNotTouched) {
  ProfileBuilder builder = parser();
  builder.edit().operations[0].peak.mean = {7, 1};
  builder.edit().totals.peak_bytes = 99;
  const std::vector<Allowance> all = {allow("*")};
  const Suppressions suppressions(builder.get(), all, kToday);
  EXPECT_EQ(rest(builder, suppressions, Metric::kPeak, Statistic::kMean), (Rational{7, 1}));
  EXPECT_EQ(suppressions.rest_of_total(builder.get(), info_of(Metric::kPeakBytes)), 99U);
}

TEST(Suppressions, SitesThatDoNotAddUpAreNotSubtracted) {
  ProfileBuilder builder = parser();
  // As if the sites held the warm-up's allocations too.
  builder.edit().operations[0].allocations.total = 90;
  builder.edit().operations[0].allocations.mean = {90, 100};
  const std::vector<Allowance> all = {allow("*")};
  const Suppressions suppressions(builder.get(), all, kToday);
  EXPECT_EQ(rest(builder, suppressions, Metric::kAllocs, Statistic::kMean), (Rational{90, 100}));
  EXPECT_EQ(rest(builder, suppressions, Metric::kAllocs, Statistic::kMax), (Rational{6, 1}));
}

TEST(Suppressions, LeaksAreSubtractedFromTheTotals) {
  const ProfileBuilder builder = parser();
  const std::vector<Allowance> everywhere = {allow("std::locale::*")};
  const std::vector<Allowance> in_parse = {allow("std::locale::*", "par*")};
  const MetricInfo& leaked = info_of(Metric::kLeakedBytes);
  EXPECT_EQ(Suppressions().rest_of_total(builder.get(), leaked), 164U);
  EXPECT_EQ(Suppressions(builder.get(), in_parse, kToday).rest_of_total(builder.get(), leaked), 100U);
  EXPECT_EQ(Suppressions(builder.get(), everywhere, kToday).rest_of_total(builder.get(), leaked), 0U);
}

TEST(Suppressions, SayWhatWasAllowedAndWhy) {
  const ProfileBuilder builder = parser();
  const std::vector<Allowance> allowances = {allow("std::locale::*"), allow("grow", "parse")};
  EXPECT_THAT(Suppressions(builder.get(), allowances, kToday).used(),
              ElementsAre("b.toml:3: 'std::locale::*': 7 allocations (420 B) allowed: because",
                          "b.toml:3: 'grow' in operation 'parse': 100 allocations (1000 B) allowed: because"));
}

TEST(Suppressions, CountUpToTheirLastDay) {
  const ProfileBuilder builder = parser();
  std::vector<Allowance> allowances = {allow("std::locale::*")};
  allowances[0].expires = kToday;
  EXPECT_TRUE(Suppressions(builder.get(), allowances, kToday).covers(1));
  allowances[0].expires = 2026y / 11 / 21;
  const Suppressions past(builder.get(), allowances, kToday);
  EXPECT_FALSE(past.covers(1));
  EXPECT_THAT(past.used(), IsEmpty());
  EXPECT_THAT(past.useless(), IsEmpty());
  EXPECT_THAT(past.expired(),
              ElementsAre("b.toml:3: [[allow]] of 'std::locale::*' expired on 2026-11-21 and no longer counts"));
}

TEST(Suppressions, ThatMatchNothingAreUseless) {
  const ProfileBuilder builder = parser();
  const std::vector<Allowance> allowances = {allow("std::regex::*"), allow("std::locale::*", "scan")};
  EXPECT_THAT(
      Suppressions(builder.get(), allowances, kToday).useless(),
      ElementsAre("b.toml:3: [[allow]] of 'std::regex::*' matches no allocation; remove it",
                  "b.toml:3: [[allow]] of 'std::locale::*' in operation 'scan' matches no allocation; remove it"));
}

}  // namespace
}  // namespace mallocop::report
