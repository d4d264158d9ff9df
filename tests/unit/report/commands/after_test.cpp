#include "report/commands/after.h"

#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

Profile with_operation(const char* name, Rational allocations, Rational bytes) {
  Profile profile;
  Operation operation;
  operation.name = name;
  operation.count = allocations.den;
  operation.allocations.mean = allocations;
  operation.bytes.mean = bytes;
  profile.operations = {operation};
  return profile;
}

TEST(MakeAfter, PutsWhatGotWorseFirst) {
  const Baseline before = make_baseline(with_operation("parse", {30, 10}, {100, 10}), "before");
  const After after = make_after(with_operation("parse", {20, 10}, {120, 10}), before);
  EXPECT_EQ(after.baseline, "before");
  ASSERT_EQ(after.rows.size(), 2U);
  EXPECT_EQ(after.rows[0].metric, "bytes/op");
  EXPECT_EQ(after.rows[0].before, "10 B");
  EXPECT_EQ(after.rows[0].now, "12 B");
  EXPECT_EQ(after.rows[0].change, AfterRow::Change::kWorse);
  EXPECT_EQ(after.rows[1].metric, "allocs/op");
  EXPECT_EQ(after.rows[1].change, AfterRow::Change::kBetter);
}

TEST(MakeAfter, ShowsADifferenceThatRoundingWouldHide) {
  const Baseline before = make_baseline(with_operation("parse", {1, 1}, {2'000'000, 1}), "before");
  const After after = make_after(with_operation("parse", {1, 1}, {2'000'001, 1}), before);
  EXPECT_NE(after.rows[0].before, after.rows[0].now);
  EXPECT_EQ(after.rows[1].change, AfterRow::Change::kSame);
}

TEST(MakeAfter, ComparesTheProcessWhereTheBaselineHasNoOperations) {
  Profile old;
  old.totals.allocations = 5;
  Profile now;
  now.totals.allocations = 4;
  const After after = make_after(now, make_baseline(old, "before"));
  ASSERT_EQ(after.rows.size(), 2U);
  EXPECT_EQ(after.rows[0].operation, "");
  EXPECT_EQ(after.rows[0].change, AfterRow::Change::kBetter);
}

TEST(MakeAfter, LeavesOperationsOutThatOnlyOneSideHas) {
  const Baseline before = make_baseline(with_operation("old", {1, 1}, {1, 1}), "before");
  EXPECT_TRUE(make_after(with_operation("new", {1, 1}, {1, 1}), before).rows.empty());
}

}  // namespace
}  // namespace mallocop::report
