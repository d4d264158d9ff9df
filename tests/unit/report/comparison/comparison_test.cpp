#include "report/comparison/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::report {
namespace {

using test::ProfileBuilder;
using test::SiteSpec;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Side trace_side(const std::string& name, const std::vector<SiteSpec>& sites, uint64_t calls = 100) {
  ProfileBuilder builder;
  builder.operation("parse", calls, 9, sites);
  return side_of(builder.get(), name);
}

std::vector<std::string> functions(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const PlaceChange& place : comparison.places) names.push_back(place.function);
  return names;
}

TEST(Compare, ASideWithItselfDiffersInNothing) {
  const Side side = trace_side("a", {{{"work"}, 100, 8}});
  const Comparison result = compare(side, side);
  EXPECT_THAT(result.places, IsEmpty());
  EXPECT_EQ(result.places_alike, 1U);
  EXPECT_THAT(result.conditions, IsEmpty());
  ASSERT_EQ(result.operations.size(), 1U);
  EXPECT_FALSE(result.operations[0].differs());
}

TEST(Compare, TheLargestDifferenceGoesFirstWhetherMoreOrLess) {
  const Comparison result =
      compare(trace_side("a", {{{"same"}, 100, 8}, {{"less"}, 900, 8}, {{"gone"}, 100, 8}}),
              trace_side("b", {{{"same"}, 100, 8}, {{"less"}, 100, 8}, {{"more"}, 300, 8}, {{"bytes"}, 1, 8}}));
  EXPECT_THAT(functions(result), ElementsAre("less", "more", "gone", "bytes"));
  EXPECT_EQ(result.places_alike, 1U);
}

TEST(Compare, FiguresArePerCallAndExact) {
  const Comparison result =
      compare(trace_side("a", {{{"work"}, 300, 8}}, 100), trace_side("b", {{{"work"}, 500, 16}}, 200));
  ASSERT_EQ(result.places.size(), 1U);
  EXPECT_EQ(result.places[0].allocations.before, (Rational{3, 1}));
  EXPECT_EQ(result.places[0].allocations.now, (Rational{5, 2}));
  EXPECT_EQ(result.places[0].bytes.before, (Rational{24, 1}));
  EXPECT_EQ(result.places[0].bytes.now, (Rational{40, 1}));
  EXPECT_EQ(result.operations[0].calls.before, 100U);
  EXPECT_EQ(result.operations[0].calls.now, 200U);
  EXPECT_EQ(result.operations[0].metrics[0].mean.now, (Rational{500, 200}));
}

TEST(Compare, MoreCallsAreNoDifference) {
  const Comparison result =
      compare(trace_side("a", {{{"work"}, 100, 8}}, 100), trace_side("b", {{{"work"}, 300, 8}}, 300));
  EXPECT_THAT(result.places, IsEmpty());
  EXPECT_FALSE(result.operations[0].differs());
}

TEST(Compare, AnOperationOfOneSideIsNewOrGone) {
  ProfileBuilder old_one;
  old_one.operation("old", 10, 1, {{{"work"}, 10, 8}});
  ProfileBuilder new_one;
  new_one.operation("new", 10, 1, {{{"work"}, 10, 8}});
  const Comparison result = compare(side_of(old_one.get(), "a"), side_of(new_one.get(), "b"));
  ASSERT_EQ(result.operations.size(), 2U);
  for (const OperationChange& operation : result.operations) {
    EXPECT_TRUE(operation.differs());
    EXPECT_EQ(operation.calls.before.has_value(), operation.name == "old");
    EXPECT_EQ(operation.calls.now.has_value(), operation.name == "new");
  }
  EXPECT_EQ(result.places.size(), 2U) << "one is gone with its operation, the other came with it";
}

TEST(Compare, WhatABaselineDoesNotListIsNotCertain) {
  std::vector<SiteSpec> many;
  for (size_t index = 0; index < kBaselineSites + 5; ++index) {
    many.push_back({{"f" + std::to_string(index)}, 1000 - index, 8});
  }
  ProfileBuilder builder;
  builder.operation("parse", 100, 9, many);
  const Side before = side_of(make_baseline(builder.get(), "main"));
  many.push_back({{"fresh"}, 1, 8});
  const Comparison result = compare(before, trace_side("b", many));
  EXPECT_EQ(result.places.size(), 6U);
  for (const PlaceChange& place : result.places) EXPECT_FALSE(place.certain) << place.function;

  const Comparison whole = compare(trace_side("a", {{{"work"}, 1, 8}}), trace_side("b", {{{"fresh"}, 1, 8}}));
  for (const PlaceChange& place : whole.places) EXPECT_TRUE(place.certain) << place.function;
}

TEST(Compare, WhatIsOutsideOfOperationsCountsIfBothSidesKnowIt) {
  ProfileBuilder old_one;
  old_one.operation("parse", 10, 1, {{{"work"}, 10, 8}}).outside({{"start"}, 5, 8});
  ProfileBuilder new_one;
  new_one.operation("parse", 10, 1, {{{"work"}, 10, 8}}).outside({{"start"}, 7, 8});
  const Comparison traces = compare(side_of(old_one.get(), "a"), side_of(new_one.get(), "b"));
  ASSERT_EQ(traces.places.size(), 1U);
  EXPECT_EQ(traces.places[0].operation, "");
  EXPECT_EQ(traces.places[0].allocations.now, (Rational{7, 1}));
  const Comparison with_baseline = compare(side_of(make_baseline(old_one.get(), "a")), side_of(new_one.get(), "b"));
  EXPECT_THAT(with_baseline.places, IsEmpty());
}

TEST(Compare, ConditionsThatDifferAreNamed) {
  ProfileBuilder a;
  ProfileBuilder b;
  a.edit().fingerprint = {{"libc", "glibc 2.31"}};
  b.edit().fingerprint = {{"libc", "glibc 2.36"}};
  EXPECT_THAT(compare(side_of(a.get(), "a"), side_of(b.get(), "b")).conditions,
              ElementsAre(HasSubstr("libc is 'glibc 2.36', was 'glibc 2.31'")));
}

}  // namespace
}  // namespace mallocop::report
