#include "report/verdict/limit_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::report {
namespace {

using test::ProfileBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

// dispatch: 1,000 calls, 9,985 allocations in two sites; parse: ten calls without any.
ProfileBuilder two_operations() {
  ProfileBuilder builder;
  builder.operation("dispatch", 1'000, 12, {{{"small", "dispatch"}, 9'000, 8, 1}, {{"big", "dispatch"}, 985, 100, 2}})
      .operation("parse", 10, 0, {});
  builder.outside({{"main"}, 3, 1'000, 3});
  return builder;
}

Verdict verdict_on(const Profile& profile, const std::vector<std::string>& limits) {
  std::vector<Limit> parsed;
  for (const std::string& text : limits) parsed.push_back(parse_limit_option(text));
  Verdict verdict;
  check_limits(profile, {}, parsed, Suppressions(), verdict);
  return verdict;
}

TEST(Limits, MeansAreComparedExactlyAndInclusively) {
  const ProfileBuilder builder = two_operations();
  EXPECT_THAT(verdict_on(builder.get(), {"dispatch:allocs<=9.985"}).violations, IsEmpty());
  const Verdict verdict = verdict_on(builder.get(), {"dispatch:allocs<=9.984"});
  ASSERT_EQ(verdict.violations.size(), 1U);
  const Violation& one = verdict.violations[0];
  EXPECT_EQ(one.kind, Violation::Kind::kBudget);
  EXPECT_EQ(one.operation, "dispatch");
  EXPECT_EQ(one.metric, "allocs");
  EXPECT_EQ(one.statistic, "mean");
  EXPECT_EQ(one.limit, "9.984");
  EXPECT_EQ(one.actual, "9,985 / 1,000 ops = 9.985");
  EXPECT_EQ(one.source, "--limit 'dispatch:allocs<=9.984'");
  EXPECT_EQ(verdict.compared.size(), 1U);
}

TEST(Limits, SitesStandInTheOrderOfTheirShareOfTheMetric) {
  const ProfileBuilder builder = two_operations();
  const Verdict verdict = verdict_on(builder.get(), {"dispatch:allocs<=0", "dispatch:bytes<=0"});
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_THAT(verdict.violations[0].sites, ElementsAre(0U, 1U));
  EXPECT_THAT(verdict.violations[1].sites, ElementsAre(1U, 0U));
  EXPECT_EQ(verdict.violations[1].actual, "170,500 B / 1,000 ops = 170.5 B");
}

TEST(Limits, OtherStatisticsAreThoseOfTheCalls) {
  const ProfileBuilder builder = two_operations();
  const Verdict verdict = verdict_on(builder.get(), {"dispatch:allocs.max<=11", "dispatch:allocs.max<=12",
                                                     "dispatch:allocs.min<=0", "dispatch:allocs.p99<=11.5"});
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].statistic, "max");
  EXPECT_EQ(verdict.violations[0].actual, "12");
  EXPECT_EQ(verdict.violations[1].statistic, "p99");
  EXPECT_EQ(verdict.violations[1].limit, "11.5");
  EXPECT_EQ(verdict.compared.size(), 4U);
}

TEST(Limits, APatternLimitsEveryOperationItNames) {
  const ProfileBuilder builder = two_operations();
  const Verdict verdict = verdict_on(builder.get(), {"*:allocs<=0"});
  EXPECT_EQ(verdict.compared.size(), 2U);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].operation, "dispatch");
}

TEST(Limits, TheWholeProcessHasTotals) {
  ProfileBuilder builder = two_operations();
  builder.edit().totals.peak_bytes = 2048;
  const Verdict verdict = verdict_on(builder.get(), {"total:leaked_bytes<=3207", "total:leaked_allocs<=6",
                                                     "total:peak_bytes<=2KiB", "total:peak_bytes<=2047"});
  ASSERT_EQ(verdict.violations.size(), 2U);
  const Violation& leaked = verdict.violations[0];
  EXPECT_EQ(leaked.operation, "");
  EXPECT_EQ(leaked.metric, "leaked_bytes");
  EXPECT_EQ(leaked.statistic, "total");
  EXPECT_EQ(leaked.limit, "3,207 B");
  EXPECT_EQ(leaked.actual, "3,208 B");
  EXPECT_THAT(leaked.sites, ElementsAre(2U, 1U, 0U));
  EXPECT_EQ(verdict.violations[1].actual, "2 KiB");
}

TEST(Limits, AnOperationThatIsNotThereMakesTheMeasurementInvalid) {
  const ProfileBuilder builder = two_operations();
  EXPECT_THAT(
      verdict_on(builder.get(), {"parze:allocs<=0"}).invalid,
      ElementsAre("--limit 'parze:allocs<=0': no operation is named 'parze'; the trace has 'parse', 'dispatch'"));
  EXPECT_THAT(verdict_on(ProfileBuilder().get(), {"*:allocs<=0"}).invalid,
              ElementsAre("--limit '*:allocs<=0': no operation is named '*'; the trace has no operations"));
}

TEST(Limits, ALongListOfOperationsIsCut) {
  ProfileBuilder builder;
  for (int i = 0; i < 12; ++i) builder.operation("op" + std::to_string(10 + i), 1, 0, {});
  EXPECT_EQ(operations_there(builder.get(), "op21"),
            "the trace has 'op21', 'op11', 'op12', 'op20', 'op10', 'op13', 'op14', 'op15' and 4 more");
}

TEST(Limits, AnOperationWithoutMeasuredCallsMakesTheMeasurementInvalid) {
  ProfileBuilder builder;
  builder.operation("parse", 0, 0, {});
  builder.edit().operations[0].warmup = 3;
  EXPECT_THAT(verdict_on(builder.get(), {"parse:allocs<=0"}).invalid,
              ElementsAre("--limit 'parse:allocs<=0': operation 'parse' has no measured call (3 left out as warm-up)"));
  builder.operation("scan", 1, 0, {});
  const Verdict verdict = verdict_on(builder.get(), {"*:allocs<=0"});
  EXPECT_THAT(verdict.invalid, IsEmpty());
  EXPECT_EQ(verdict.notes.size(), 1U);
  EXPECT_EQ(verdict.compared.size(), 1U);
}

TEST(Limits, ASectionIsComplainedAboutOnce) {
  std::vector<Limit> limits = {parse_limit_option("parze:allocs<=0"), parse_limit_option("parze:bytes<=0")};
  const std::vector<OperationSection> sections = {{"parze", "mallocop.toml:1"}, {"scan", "mallocop.toml:4"}};
  Verdict verdict;
  const ProfileBuilder builder = two_operations();
  check_limits(builder.get(), sections, limits, Suppressions(), verdict);
  EXPECT_THAT(verdict.invalid,
              ElementsAre("mallocop.toml:1: no operation is named 'parze'; the trace has 'parse', 'dispatch'",
                          "mallocop.toml:4: no operation is named 'scan'; the trace has 'parse', 'dispatch'"));
}

TEST(Limits, FreesOfAFunctionAreNotKnown) {
  ProfileBuilder builder = two_operations();
  EXPECT_THAT(verdict_on(builder.get(), {"dispatch:frees<=0"}).invalid, IsEmpty());
  builder.edit().operations[0].source = "function";
  EXPECT_THAT(
      verdict_on(builder.get(), {"dispatch:frees<=0"}).invalid,
      ElementsAre(testing::StartsWith("--limit 'dispatch:frees<=0': the frees of 'dispatch' are limited, but it "
                                      "is a function named by --op")));
  EXPECT_THAT(verdict_on(builder.get(), {"dispatch:net<=0"}).invalid,
              ElementsAre(testing::HasSubstr("the net bytes of 'dispatch' are limited")));
  EXPECT_THAT(verdict_on(builder.get(), {"dispatch:allocs<=10"}).invalid, IsEmpty());
}

TEST(Limits, UncertainEntriesOfAFunctionProveNothing) {
  ProfileBuilder builder = two_operations();
  Operation& dispatch = builder.edit().operations[0];
  dispatch.source = "function";
  dispatch.uncertain_entries = UncertainEntries{"'send'", {builder.get().stacks[0]}};
  const Verdict verdict = verdict_on(builder.get(), {"dispatch:allocs<=1000000", "dispatch:peak.max<=1GiB"});
  EXPECT_THAT(verdict.invalid,
              ElementsAre(testing::AllOf(testing::HasSubstr("the allocs of 'dispatch' are limited"),
                                         testing::HasSubstr("(through a pointer, or by a jump), called from small"),
                                         testing::HasSubstr("it ends in 'send' by a jump"),
                                         testing::HasSubstr("mark the operation in the source")),
                          testing::HasSubstr("the peak of 'dispatch' are limited")));
  EXPECT_EQ(verdict.compared.size(), 0U);
}

TEST(Limits, LatencyNeedsTimes) {
  ProfileBuilder builder = two_operations();
  const std::string limit = "dispatch:latency.p99<=10us";
  EXPECT_THAT(verdict_on(builder.get(), {limit}).invalid,
              ElementsAre("--limit '" + limit +
                          "': the latency of 'dispatch' is limited, but the trace has no times for it: they come from "
                          "marks or from a harness that times"));
  builder.edit().operations[0].latency = Latency{.p99_ns = 10'000};
  EXPECT_THAT(verdict_on(builder.get(), {limit}).violations, IsEmpty());
  builder.edit().operations[0].latency->p99_ns = 12'345;
  const Verdict over = verdict_on(builder.get(), {limit});
  ASSERT_EQ(over.violations.size(), 1U);
  EXPECT_EQ(over.violations[0].limit, "10 us");
  EXPECT_EQ(over.violations[0].actual, "12.3 us");
  builder.edit().operations[0].latency->p99_ns = 10'001;
  EXPECT_EQ(verdict_on(builder.get(), {limit}).violations.at(0).actual, "10001 ns");
}

}  // namespace
}  // namespace mallocop::report
