#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/causes/causes.h"
#include "tests/unit/report/add_stack.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MakePlan : public testing::Test {
 protected:
  MakePlan() {
    Operation operation;
    operation.name = "dispatch";
    operation.count = 10;
    operation.allocations.total = 50;
    operation.bytes.total = 1000;
    profile_.operations = {operation};
  }

  // A site in run() at `line`.
  Site& add(std::string_view cause, uint32_t line, uint64_t allocations, bool inside) {
    Frame frame;
    frame.function = "run(int)";
    frame.file = "/home/me/src/run.cpp";
    frame.line = line;
    Site site;
    site.stack = add_stack(profile_, {frame});
    site.location = 0;
    site.cause = cause;
    site.advice = "do better";
    site.allocations = allocations;
    site.bytes = 20 * allocations;
    site.largest = 20;
    site.calls = inside ? 10 : 0;
    site.pattern = inside ? Pattern::kEveryOp : Pattern::kOutsideOps;
    if (inside) site.operation = 0;
    return profile_.sites.emplace_back(site);
  }

  Profile profile_;
};

TEST_F(MakePlan, RanksWhatIsInsideOperationsFirst) {
  add("object or array created with new", 1, 1000, false);
  add("object or array created with new", 2, 10, true);
  add("object created with make_unique", 3, 40, true);
  const std::vector<PlanItem> plan = make_plan(profile_);
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_EQ(plan[0].priority, 1U);
  EXPECT_EQ(plan[0].change, "run.cpp:3 (run): do better");
  EXPECT_THAT(plan[0].expected_impact, ElementsAre("dispatch: 4 of 5 allocations per op, 80 of 100 bytes per op"));
  EXPECT_THAT(plan[0].sites, ElementsAre(2U));
  EXPECT_THAT(plan[1].sites, ElementsAre(1U));
  EXPECT_EQ(plan[2].priority, 3U);
  EXPECT_THAT(plan[2].expected_impact, IsEmpty());
  EXPECT_EQ(plan[2].expected_outside, "1,000 allocations, 19.5 KiB in all");
}

TEST_F(MakePlan, IsRankedByWhatIsAskedFor) {
  add("object or array created with new", 1, 20, true).bytes = 100;
  add("object created with make_unique", 2, 10, true).bytes = 1000;
  add("object created with make_unique", 3, 10, false).leaked_bytes = 7;
  const auto order = [&](Ranking ranking) {
    profile_.ranking = ranking;
    std::vector<size_t> sites;
    for (const PlanItem& item : make_plan(profile_)) sites.push_back(item.sites.at(0));
    return sites;
  };
  EXPECT_THAT(order(Ranking::kAllocations), ElementsAre(0U, 1U, 2U));
  EXPECT_THAT(order(Ranking::kBytes), ElementsAre(1U, 0U, 2U));
  EXPECT_THAT(order(Ranking::kLeaked), ElementsAre(2U));
}

TEST_F(MakePlan, HasNoChangeWhereThereIsNothingToBeDone) {
  add("Rust runtime started", 1, 10, false).advice = "";
  EXPECT_THAT(make_plan(profile_), IsEmpty());
}

TEST_F(MakePlan, MergesSitesOfOneCauseAndLocation) {
  add("object or array created with new", 7, 10, true);
  add("object or array created with new", 8, 10, true);
  add("object or array created with new", 7, 20, true);
  add("vector growth", 7, 10, true);
  add("object or array created with new", 7, 5, false);
  const std::vector<PlanItem> plan = make_plan(profile_);
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_THAT(plan[0].sites, ElementsAre(0U, 2U, 4U));
  EXPECT_THAT(plan[0].expected_impact, ElementsAre("dispatch: 3 of 5 allocations per op, 60 of 100 bytes per op"));
  EXPECT_EQ(plan[0].expected_outside, "5 allocations, 100 B in all");
}

TEST_F(MakePlan, KeepsTypesApart) {
  add("vector growth", 7, 30, true).type = "std::vector<int>";
  add("vector growth", 7, 20, true).type = "std::vector<double>";
  add("vector growth", 7, 10, true).type = "std::vector<int>";
  const std::vector<PlanItem> plan = make_plan(profile_);
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_THAT(plan[0].sites, ElementsAre(0U, 2U));
  EXPECT_THAT(plan[1].sites, ElementsAre(1U));
}

TEST_F(MakePlan, JoinsLinesThatGrowOneBlock) {
  // Each of ten calls: 8 and 32 bytes at one line, 16 at the other.
  Site& outer = add("vector growth", 7, 20, true);
  outer.bytes = 400;
  outer.smallest = 8;
  outer.largest = 32;
  outer.advice = "reserve more";
  Site& inner = add("vector growth", 9, 10, true);
  inner.bytes = 160;
  inner.smallest = inner.largest = 16;
  const std::vector<PlanItem> plan = make_plan(profile_);
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan[0].change, "run.cpp:7 (run): reserve more");
  EXPECT_THAT(plan[0].sites, ElementsAre(0U, 1U));
  ASSERT_EQ(plan[0].gains.size(), 1U);
  EXPECT_EQ(plan[0].gains[0].allocations, 20U);
  EXPECT_EQ(plan[0].gains[0].bytes, 240U);
  EXPECT_FALSE(plan[0].gains[0].bytes_are_estimated);
}

TEST_F(MakePlan, KeepsLinesThatGrowABlockEachApart) {
  for (const uint32_t line : {7U, 9U}) {
    Site& site = add("vector growth", line, 20, true);
    site.bytes = 240;
    site.smallest = 8;
    site.largest = 16;
  }
  EXPECT_EQ(make_plan(profile_).size(), 2U);
}

TEST_F(MakePlan, LeavesOutWhatSavesNothing) {
  Site& once = add("vector reserve", 7, 1, true);
  once.calls = 1;
  once.pattern = Pattern::kSomeOps;
  EXPECT_THAT(make_plan(profile_), IsEmpty());
}

TEST_F(MakePlan, NamesTheOperationThatGainsMostFirst) {
  Operation parse = profile_.operations[0];
  parse.name = "parse";
  profile_.operations.push_back(parse);
  add("object or array created with new", 7, 10, true);
  add("object or array created with new", 7, 20, true).operation = 1;
  EXPECT_THAT(make_plan(profile_).at(0).expected_impact,
              ElementsAre("parse: 2 of 5 allocations per op, 40 of 100 bytes per op",
                          "dispatch: 1 of 5 allocations per op, 20 of 100 bytes per op"));
}

TEST_F(MakePlan, LeavesOutWhatNoMeasuredCallAllocates) {
  add("object or array created with new", 1, 10, true).left_out_allocations = 10;
  add("object or array created with new", 2, 10, true).left_out_allocations = 9;
  const std::vector<PlanItem> plan = make_plan(profile_);
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_THAT(plan[0].sites, ElementsAre(1U));
}

TEST_F(MakePlan, LeavesOutWhatIsUnknown) {
  add("unknown", 1, 10, true);
  EXPECT_THAT(make_plan(profile_), IsEmpty());
}

TEST_F(MakePlan, NamesTheFunctionWhereThereIsNoLine) {
  add("vector growth", 0, 10, true);
  frame_at(profile_, 0, 0).file.clear();
  EXPECT_EQ(make_plan(profile_).at(0).change, "run: do better");
}

TEST_F(MakePlan, NamesTheFunctionWholeIfThatIsWanted) {
  add("vector growth", 7, 10, true);
  profile_.whole_names = true;
  EXPECT_EQ(make_plan(profile_).at(0).change, "run.cpp:7 (run(int)): do better");
}

TEST_F(MakePlan, SurvivesSitesWithoutAPlace) {
  add("vector growth", 1, 10, true).location = 5;
  add("vector growth", 1, 10, true).location.reset();
  add("vector growth", 1, 10, true).stack = 99;
  add("vector growth", 1, 10, true).operation = 99;
  EXPECT_EQ(make_plan(profile_).size(), 1U);
}

}  // namespace
}  // namespace mallocop::report
