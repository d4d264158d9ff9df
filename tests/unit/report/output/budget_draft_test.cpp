#include "report/output/budget_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/verdict/budget_file.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;

const Limit& limit_of(const Budget& budget, const std::string& operation, Metric metric) {
  for (const Limit& limit : budget.limits) {
    if (limit.operation == operation && limit.metric == metric) return limit;
  }
  throw std::runtime_error("no such limit");
}

TEST(BudgetDraft, LimitsEachOperationToWhatItDid) {
  const Profile profile = sample_profile();
  const std::string text = draft_budget(profile);
  const Budget budget = parse_budget(text, "draft.toml");
  EXPECT_EQ(budget.operations.size(), 2U);
  EXPECT_EQ(limit_of(budget, "Conductor::dispatch", Metric::kAllocs).most, (Rational{3001, 1000}));
  EXPECT_EQ(limit_of(budget, "parse", Metric::kBytes).most, (Rational{0, 1}));
  EXPECT_THAT(text, HasSubstr("Conductor::route samples/conductor.cpp:42: 3,000 allocations"));
  EXPECT_THAT(text, HasSubstr("# warmup = 1 ")) << "a site allocates in the first call alone";
}

TEST(BudgetDraft, RoundsAMeanWithoutAShortNumberUp) {
  Profile profile = sample_profile();
  profile.operations[0].allocations.mean = {1, 3};
  profile.operations[0].bytes.mean = {UINT64_MAX, 3};
  const Budget budget = parse_budget(draft_budget(profile), "draft.toml");
  EXPECT_EQ(limit_of(budget, "Conductor::dispatch", Metric::kAllocs).most, (Rational{334, 1000}));
  EXPECT_EQ(limit_of(budget, "Conductor::dispatch", Metric::kBytes).most, (Rational{UINT64_MAX / 3, 1}));
}

TEST(BudgetDraft, NamesWhatItCannotLimit) {
  Profile profile = sample_profile();
  profile.operations[1].name = "evil\n[total]\x1b";
  profile.operations[0].name = "quote\" and \\ back";
  const std::string text = draft_budget(profile);
  const Budget budget = parse_budget(text, "draft.toml");
  ASSERT_EQ(budget.operations.size(), 1U);
  EXPECT_EQ(budget.operations[0].pattern, "quote\" and \\ back");
  EXPECT_THAT(text, HasSubstr("# left out: 'evil\\x0a[total]\\x1b'"));
}

TEST(BudgetDraft, KeepsScopeAndWarmUp) {
  Profile profile = sample_profile();
  profile.operations[0].whole_process = true;
  profile.operations[1].warmup = 3;
  const Budget budget = parse_budget(draft_budget(profile), "draft.toml");
  ASSERT_EQ(budget.process_scopes.size(), 1U);
  EXPECT_EQ(budget.process_scopes[0].operation, "Conductor::dispatch");
  ASSERT_EQ(budget.warmup.size(), 1U);
  EXPECT_EQ(budget.warmup[0].calls, 3U);
}

TEST(BudgetDraft, LimitsTheProcessOnlyWhereThereIsNothingElse) {
  Profile profile = sample_profile();
  EXPECT_THAT(draft_budget(profile), HasSubstr("\n# allocs = 4103"));
  profile.operations.clear();
  EXPECT_THAT(draft_budget(profile), HasSubstr("\nallocs = 4103"));
}

}  // namespace
}  // namespace mallocop::report
