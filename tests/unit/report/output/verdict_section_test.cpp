#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/output/render.h"
#include "report/output/sections.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const Profile& profile, const std::optional<Verdict>& verdict) {
  return render_text({"T", {verdict_section(profile, verdict)}}, {});
}

Verdict over_budget() {
  Verdict verdict;
  verdict.status = ExitStatus::kOverBudget;
  verdict.compared.resize(3);
  verdict.violations = {{Violation::Kind::kBudget,
                         "Conductor::dispatch",
                         "allocs",
                         "mean",
                         "0",
                         "3,001 / 1,000 ops = 3.001",
                         "mallocop.toml:2",
                         {0, 1}}};
  return verdict;
}

TEST(VerdictSection, IsEmptyWhereNothingWasAskedAndNothingIsWrong) {
  EXPECT_TRUE(verdict_section(sample_profile(), std::nullopt).blocks.empty());
}

TEST(VerdictSection, SaysPass) {
  Verdict verdict;
  verdict.compared.resize(2);
  EXPECT_EQ(text_of(sample_profile(), verdict), "T\n\nVerdict\n  PASS: 2 limits kept\n");
}

TEST(VerdictSection, NamesLimitSourceAndCulprits) {
  EXPECT_EQ(text_of(sample_profile(), over_budget()),
            "T\n"
            "\n"
            "Verdict\n"
            "  FAIL: 1 of 3 limits broken\n"
            "  Conductor::dispatch: allocs.mean 3,001 / 1,000 ops = 3.001 > 0 (mallocop.toml:2)\n"
            "     Conductor::route samples/conductor.cpp:42: 3,000 allocations, 499.0 KiB; cause: a std::vector\n"
            "     grows\n"
            "     Conductor::name samples/conductor.cpp:57: 1 allocation, 1000 B\n");
}

TEST(VerdictSection, NamesWhatChangedAgainstABaseline) {
  Verdict verdict = over_budget();
  Violation& one = verdict.violations[0];
  one.kind = Violation::Kind::kBaseline;
  one.source = "baseline main";
  one.changes = {{SiteChange::Kind::kNew, "Conductor::name(int)", {0, 1}, {1, 1000}, {1}},
                 {SiteChange::Kind::kMore, "Conductor::route(Message const&)", {1, 1}, {3, 1}, {0}},
                 {SiteChange::Kind::kGone, "Conductor::old(int)", {2, 1}, {0, 1}, {}}};
  const std::string text = text_of(sample_profile(), verdict);
  EXPECT_THAT(text, HasSubstr("\n     new: Conductor::name samples/conductor.cpp:57: 0.001 per call\n"
                              "     more: Conductor::route samples/conductor.cpp:42: 3 per call, was 1; cause: a"));
  EXPECT_THAT(text, HasSubstr("\n     gone: Conductor::old: was 2 per call\n"));
}

TEST(VerdictSection, KeepsAPatchAsItIs) {
  Verdict verdict = over_budget();
  verdict.status = ExitStatus::kBetterThanBaseline;
  verdict.patch = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-" + std::string(200, 'x') + " \n+y\n";
  EXPECT_THAT(text_of(sample_profile(), verdict), HasSubstr("\n" + verdict.patch));
  const std::string markdown = render_markdown({"T", {verdict_section(sample_profile(), verdict)}});
  EXPECT_THAT(markdown, HasSubstr("\n```diff\n" + verdict.patch + "```\n"));
}

TEST(VerdictSection, ShowsEveryViolationWithFewerCulpritsWhereThereAreMany) {
  Verdict verdict = over_budget();
  verdict.violations.resize(6, verdict.violations[0]);
  const std::string text = text_of(sample_profile(), verdict);
  size_t shown = 0;
  for (size_t at = text.find("allocs.mean"); at != std::string::npos; at = text.find("allocs.mean", at + 1)) ++shown;
  EXPECT_EQ(shown, 6U);
  EXPECT_THAT(text, HasSubstr("and 1 more"));
  EXPECT_THAT(text, Not(HasSubstr("Conductor::name")));
}

TEST(VerdictSection, SaysWhatIsForbidden) {
  Verdict verdict;
  verdict.status = ExitStatus::kOverBudget;
  verdict.compared.resize(1);
  verdict.violations = {{Violation::Kind::kForbidden,
                         "",
                         "forbidden",
                         "total",
                         "0 allocations under 'Conductor::*'",
                         "3,001 allocations, 500.0 KiB",
                         "--forbid 'Conductor::*'",
                         {0}}};
  EXPECT_THAT(text_of(sample_profile(), verdict),
              HasSubstr("  whole process: 3,001 allocations, 500.0 KiB > 0 allocations under 'Conductor::*' "));
}

TEST(VerdictSection, SaysBetterThanTheBaseline) {
  Verdict verdict;
  verdict.status = ExitStatus::kBetterThanBaseline;
  verdict.compared.resize(1);
  verdict.violations = {{Violation::Kind::kBetter, "parse", "allocs", "mean", "3", "2", "baseline before", {}}};
  const std::string text = text_of(sample_profile(), verdict);
  EXPECT_THAT(text, HasSubstr("BETTER than the baseline"));
  EXPECT_THAT(text, HasSubstr("parse: allocs.mean 2 < 3 (baseline before)"));
}

TEST(VerdictSection, GivesEachReasonOfAnInvalidMeasurementOnce) {
  Profile profile = sample_profile();
  profile.measurement.valid = false;
  profile.measurement.reasons = {"12 events were lost"};
  EXPECT_EQ(text_of(profile, std::nullopt),
            "T\n\nVerdict\n  INVALID: the measurement is not whole\n     12 events were lost\n");
  Verdict verdict;
  verdict.status = ExitStatus::kInvalid;
  verdict.invalid = {"12 events were lost", "mallocop.toml:2: no operation is named 'x'"};
  EXPECT_EQ(text_of(profile, verdict),
            "T\n\nVerdict\n"
            "  INVALID: the measurement is not whole, so nothing is proved\n"
            "     12 events were lost\n"
            "     mallocop.toml:2: no operation is named 'x'\n");
}

TEST(VerdictSection, ShowsNotesAndWhatWasAllowed) {
  Verdict verdict;
  verdict.notes = {"operation 'x' is new"};
  verdict.suppressed = {"std::locale::*: first use"};
  const std::string text = text_of(sample_profile(), verdict);
  EXPECT_THAT(text, HasSubstr("note: operation 'x' is new"));
  EXPECT_THAT(text, HasSubstr("allowed: std::locale::*: first use"));
}

}  // namespace
}  // namespace mallocop::report
