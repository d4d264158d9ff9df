#include "report/verdict/site_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/verdict/ratchet.h"
#include "report/verdict/suppressions.h"
#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::report {
namespace {

using test::ProfileBuilder;
using test::SiteSpec;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = SiteChange::Kind;

Profile operation_of(const std::vector<SiteSpec>& sites, uint64_t calls = 100) {
  ProfileBuilder builder;
  builder.operation("parse", calls, 9, sites);
  return builder.get();
}

std::vector<std::pair<Kind, std::string>> changes(const Profile& now, const Baseline& before, Metric metric) {
  const BaselineOperation& base = before.operations.at("parse");
  const Operation& operation = now.operations[0];
  const BaselineSide side{base.sites, base.count, base.values.at(metric).mean.num};
  std::vector<std::pair<Kind, std::string>> result;
  for (const SiteChange& one : site_changes(now, operation.sites, operation.count, side, metric)) {
    result.emplace_back(one.kind, one.function);
  }
  return result;
}

TEST(SiteChanges, NewOnesComeFirstThenWhatGrewMost) {
  const Baseline before = make_baseline(
      operation_of(
          {{{"same"}, 100, 8}, {{"little"}, 100, 8}, {{"much"}, 100, 8}, {{"gone"}, 100, 8}, {{"less"}, 300, 8}}),
      "b");
  const Profile now = operation_of(
      {{{"same"}, 100, 8}, {{"little"}, 101, 8}, {{"much"}, 900, 8}, {{"fresh"}, 1, 8}, {{"less"}, 200, 8}});
  EXPECT_THAT(
      changes(now, before, Metric::kAllocs),
      ElementsAre(std::pair(Kind::kNew, "fresh"), std::pair(Kind::kMore, "much"), std::pair(Kind::kMore, "little"),
                  std::pair(Kind::kLess, "less"), std::pair(Kind::kGone, "gone")));
}

TEST(SiteChanges, ArePerCallSoThatMoreCallsAreNoChange) {
  const Baseline before = make_baseline(operation_of({{{"grow"}, 200, 8}}, 100), "b");
  EXPECT_THAT(changes(operation_of({{{"grow"}, 400, 8}}, 200), before, Metric::kAllocs), IsEmpty());
}

TEST(SiteChanges, BytesAreThoseOfTheSites) {
  const Baseline before = make_baseline(operation_of({{{"grow"}, 100, 8}}), "b");
  const Profile now = operation_of({{{"grow"}, 100, 9}});
  EXPECT_THAT(changes(now, before, Metric::kAllocs), IsEmpty());
  EXPECT_THAT(changes(now, before, Metric::kBytes), ElementsAre(std::pair(Kind::kMore, "grow")));
  Baseline old = before;
  old.operations["parse"].sites[0].bytes.reset();
  EXPECT_THAT(changes(now, old, Metric::kBytes), IsEmpty()) << "a file that does not have them";
}

TEST(SiteChanges, WhereTheBaselineKeptOnlyTheLargestNothingIsCalledNew) {
  std::vector<SiteSpec> many;
  for (size_t i = 0; i < kBaselineSites + 1; ++i) many.push_back({{"f" + std::to_string(i)}, 100 - i, 8});
  const Baseline before = make_baseline(operation_of(many), "b");
  many.push_back({{"fresh"}, 50, 8});
  const std::string last = "f" + std::to_string(kBaselineSites);
  EXPECT_THAT(changes(operation_of(many), before, Metric::kAllocs),
              ElementsAre(std::pair(Kind::kUnlisted, last), std::pair(Kind::kUnlisted, "fresh")));
}

TEST(Ratchet, TakesWhatGotBetterAndLeavesTheRest) {
  const Baseline before = make_baseline(operation_of({{{"grow"}, 200, 8}}), "b");
  const Profile now = operation_of({{{"grow"}, 100, 20}});  // fewer, and more bytes
  Violation better;
  better.kind = Violation::Kind::kBetter;
  better.operation = "parse";
  better.metric = "allocs";
  const Baseline wanted = ratcheted(before, now, {{better}});
  EXPECT_EQ(wanted.operations.at("parse").values.at(Metric::kAllocs).mean, (Rational{1, 1}));
  EXPECT_EQ(wanted.operations.at("parse").values.at(Metric::kBytes).mean, (Rational{16, 1})) << "a ratchet holds";
  better.kind = Violation::Kind::kBaseline;
  EXPECT_EQ(ratcheted(before, now, {{better}}).operations.at("parse").values.at(Metric::kAllocs).mean,
            (Rational{2, 1}));
}

TEST(UnifiedDiff, HasTheChangedLinesOnly) {
  EXPECT_EQ(unified_diff("f", "a\n", "a\n"), "");
  EXPECT_EQ(unified_diff("f", "a\nb\nc\n", "a\nx\nc\n"), "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
}

}  // namespace
}  // namespace mallocop::report
