#include "report/verdict/baseline_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/support/version.h"
#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::report {
namespace {

using test::ProfileBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

// `allocations` of 10 B over 1,000 calls.
ProfileBuilder with_allocations(uint64_t allocations) {
  ProfileBuilder builder;
  builder.operation("dispatch", 1'000, 4, {{{"grow", "dispatch"}, allocations, 10}});
  builder.edit().fingerprint = {{"libc", "glibc 2.36"}, {"allocator", "libc.so.6"}, {"architecture", "x86_64"}};
  return builder;
}

Verdict compared(const ProfileBuilder& now, const ProfileBuilder& then, const std::vector<RegressRule>& rules = {},
                 bool strict = false) {
  Verdict verdict;
  check_baseline(now.get(), make_baseline(then.get(), "before"), rules, strict, verdict);
  return verdict;
}

TEST(BaselineCheck, EqualMeansPassWhateverTheNumberOfCalls) {
  ProfileBuilder half;
  half.operation("dispatch", 500, 4, {{{"grow", "dispatch"}, 1'000, 10}});
  half.edit().fingerprint = with_allocations(0).get().fingerprint;
  const Verdict verdict = compared(half, with_allocations(2'000), {}, true);
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_THAT(verdict.invalid, IsEmpty());
  EXPECT_EQ(verdict.compared.size(), 2U);
}

TEST(BaselineCheck, OneAllocationMoreIsWorse) {
  const Verdict verdict = compared(with_allocations(2'001), with_allocations(2'000));
  ASSERT_EQ(verdict.violations.size(), 2U);
  const Violation& one = verdict.violations[0];
  EXPECT_EQ(one.kind, Violation::Kind::kBaseline);
  EXPECT_EQ(one.operation, "dispatch");
  EXPECT_EQ(one.metric, "allocs");
  EXPECT_EQ(one.statistic, "mean");
  EXPECT_EQ(one.limit, "2");
  EXPECT_EQ(one.actual, "2,001 / 1,000 ops = 2.001");
  EXPECT_EQ(one.source, "baseline before");
  EXPECT_THAT(one.sites, ElementsAre(0U));
  EXPECT_EQ(verdict.violations[1].metric, "bytes");
}

TEST(BaselineCheck, BetterCountsOnlyWhenStrict) {
  EXPECT_THAT(compared(with_allocations(1'999), with_allocations(2'000)).violations, IsEmpty());
  const Verdict verdict = compared(with_allocations(1'999), with_allocations(2'000), {}, true);
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].kind, Violation::Kind::kBetter);
}

TEST(BaselineCheck, ATolerantRuleIsExactAndInclusive) {
  const std::vector<RegressRule> rules = {{"dis*", Metric::kAllocs, {1, 20}, "b.toml:2"},
                                          {"*", Metric::kBytes, {1, 1}, "b.toml:3"}};
  EXPECT_THAT(compared(with_allocations(2'100), with_allocations(2'000), rules).violations, IsEmpty());
  const Verdict over = compared(with_allocations(2'101), with_allocations(2'000), rules);
  ASSERT_EQ(over.violations.size(), 1U);
  EXPECT_EQ(over.violations[0].metric, "allocs");
  EXPECT_EQ(over.violations[0].limit, "2 + 5%");
}

TEST(BaselineCheck, ATolerantRuleLetsNothingGrowFromZero) {
  const std::vector<RegressRule> rules = {{"*", Metric::kAllocs, {1, 1}, "b.toml:2"},
                                          {"*", Metric::kBytes, {1, 1}, "b.toml:2"}};
  EXPECT_EQ(compared(with_allocations(1), with_allocations(0), rules).violations.size(), 2U);
}

TEST(BaselineCheck, ARuleForAnotherMetricHasItComparedToo) {
  ProfileBuilder now = with_allocations(2'000);
  now.edit().operations[0].peak.mean = {30, 1};
  EXPECT_THAT(compared(now, with_allocations(2'000)).violations, IsEmpty());
  const std::vector<RegressRule> rules = {{"dispatch", Metric::kPeak, {0, 1}, "b.toml:2"}};
  const Verdict verdict = compared(now, with_allocations(2'000), rules);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].metric, "peak");
}

TEST(BaselineCheck, AMissingOperationIsInvalid) {
  ProfileBuilder then = with_allocations(2'000);
  then.operation("parse", 10, 0, {});
  EXPECT_THAT(compared(with_allocations(2'000), then).invalid,
              ElementsAre("baseline 'before': operation 'parse' was not measured; the trace has 'dispatch'"));
  ProfileBuilder now = with_allocations(2'000);
  now.operation("parse", 0, 0, {});
  EXPECT_THAT(compared(now, then).invalid, ElementsAre("baseline 'before': operation 'parse' has no measured call"));
}

TEST(BaselineCheck, UncertainEntriesCannotBeCompared) {
  ProfileBuilder now = with_allocations(1'000);
  now.edit().operations[0].uncertain_entries = UncertainEntries{"'send'", {}};
  const Verdict verdict = compared(now, with_allocations(2'000));
  EXPECT_THAT(verdict.invalid, ElementsAre(testing::HasSubstr("'dispatch' cannot be compared")));
  EXPECT_EQ(verdict.compared.size(), 0U);
}

TEST(BaselineCheck, ANewOperationIsANote) {
  ProfileBuilder now = with_allocations(2'000);
  now.operation("parse", 10, 0, {});
  const Verdict verdict = compared(now, with_allocations(2'000));
  EXPECT_THAT(verdict.notes, ElementsAre("baseline 'before': operation 'parse' is new and was not compared"));
  EXPECT_THAT(verdict.violations, IsEmpty());
}

TEST(BaselineCheck, WithoutOperationsTheTotalsAreCompared) {
  ProfileBuilder then;
  then.outside({{"main"}, 10, 8});
  ProfileBuilder now;
  now.outside({{"main"}, 11, 8});
  EXPECT_THAT(compared(then, then, {}, true).violations, IsEmpty());
  const Verdict verdict = compared(now, then);
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].statistic, "total");
  EXPECT_EQ(verdict.violations[0].limit, "10");
  EXPECT_EQ(verdict.violations[1].actual, "88 B");
}

TEST(BaselineCheck, OtherConditionsAreIncomparable) {
  ProfileBuilder now = with_allocations(9'999);
  now.edit().fingerprint = {{"libc", "glibc 2.41"}, {"architecture", "x86_64"}, {"compiler", "gcc 12"}};
  const Verdict verdict = compared(now, with_allocations(2'000));
  EXPECT_THAT(verdict.invalid,
              ElementsAre("incomparable with baseline 'before': libc is 'glibc 2.41', was 'glibc 2.36'",
                          "incomparable with baseline 'before': allocator is 'unknown', was 'libc.so.6'"));
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_EQ(verdict.compared.size(), 0U);
}

TEST(BaselineCheck, ACompilerCountsWhereBothKnowIt) {
  ProfileBuilder now = with_allocations(1);
  ProfileBuilder then = with_allocations(1);
  now.edit().fingerprint.emplace_back("compiler", "gcc 12");
  EXPECT_THAT(fingerprint_differences(now.get(), make_baseline(then.get(), "x")), IsEmpty());
  then.edit().fingerprint.emplace_back("compiler", "clang 14");
  EXPECT_THAT(fingerprint_differences(now.get(), make_baseline(then.get(), "x")),
              ElementsAre("compiler is 'gcc 12', was 'clang 14'"));
}

TEST(BaselineCheck, APatchLevelOfMallocopDoesNotCount) {
  const ProfileBuilder now = with_allocations(1);
  Baseline baseline = make_baseline(now.get(), "x");
  const std::string version(tool_version());
  const std::string minor = version.substr(0, version.find('.', version.find('.') + 1));
  baseline.tool_version = minor + ".999";
  EXPECT_THAT(fingerprint_differences(now.get(), baseline), IsEmpty());
  baseline.tool_version = "77.1.0";
  EXPECT_THAT(fingerprint_differences(now.get(), baseline), ElementsAre("mallocop is '" + version + "', was '77.1.0'"));
}

}  // namespace
}  // namespace mallocop::report
