#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "report/verdict/limit_check.h"
#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::report {
namespace {

using test::ProfileBuilder;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

ProfileBuilder conductor() {
  ProfileBuilder builder;
  builder.operation("run", 10, 3,
                    {{{"grow(int)", "Conductor::dispatch(Message const&)", "main"}, 20, 100},
                     {{"Conductor::dispatch(Message const&)", "main"}, 30, 10},
                     {{"other()", "main"}, 5, 10}});
  return builder;
}

Verdict verdict_on(const Profile& profile, const std::string& pattern, const Suppressions& suppressions = {}) {
  Verdict verdict;
  check_forbidden(profile, pattern, suppressions, verdict);
  return verdict;
}

TEST(Forbidden, EveryAllocationBelowTheFunctionCounts) {
  const ProfileBuilder builder = conductor();
  const Verdict verdict = verdict_on(builder.get(), "Conductor::dispatch");
  ASSERT_EQ(verdict.violations.size(), 1U);
  const Violation& one = verdict.violations[0];
  EXPECT_EQ(one.kind, Violation::Kind::kForbidden);
  EXPECT_EQ(one.metric, "forbidden");
  EXPECT_EQ(one.limit, "0 allocations under 'Conductor::dispatch'");
  EXPECT_EQ(one.actual, "50 allocations, 2.2 KiB");
  EXPECT_EQ(one.source, "--forbid 'Conductor::dispatch'");
  EXPECT_THAT(one.sites, ElementsAre(1U, 0U));
  EXPECT_EQ(verdict.compared.size(), 1U);
  EXPECT_THAT(verdict.notes, IsEmpty());
}

TEST(Forbidden, InlinedFramesCount) {
  ProfileBuilder builder = conductor();
  frame_at(builder.edit(), 2, 0).inlined = true;
  EXPECT_EQ(verdict_on(builder.get(), "other").violations.size(), 1U);
}

TEST(Forbidden, AFunctionThatDoesNotAllocatePassesWithANote) {
  const ProfileBuilder builder = conductor();
  const Verdict verdict = verdict_on(builder.get(), "Quiet::run");
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_THAT(verdict.notes, ElementsAre("--forbid 'Quiet::run': no function of that name allocates"));
  EXPECT_THAT(verdict_on(builder.get(), "dispatch").notes,
              ElementsAre("--forbid 'dispatch': no function of that name allocates; 'Conductor::dispatch(Message "
                          "const&)' does: was that meant?"));
}

TEST(Forbidden, WhatCannotBeSeenIsSaid) {
  ProfileBuilder builder = conductor();
  builder.edit().measurement.allocations_with_truncated_stack = 7;
  builder.edit().measurement.frames = 9;
  builder.edit().measurement.frames_symbolised = 4;
  EXPECT_THAT(
      verdict_on(builder.get(), "other").notes,
      ElementsAre("--forbid 'other': 7 allocations have a truncated stack, on whose missing frames nothing can "
                  "be forbidden",
                  "--forbid 'other': 5 of 9 frames have no function name, so nothing on them can be forbidden"));
}

TEST(Forbidden, AllowedSitesAreNotViolations) {
  const ProfileBuilder builder = conductor();
  std::vector<Allowance> allowances = {{FunctionPattern("grow"), {}, "on purpose", {}, "b.toml:1"}};
  const Suppressions some(builder.get(), allowances, 2026y / 1 / 1);
  EXPECT_THAT(verdict_on(builder.get(), "Conductor::dispatch", some).violations.at(0).sites, ElementsAre(1U));
  allowances.push_back({FunctionPattern("Conductor::*"), "run", "all of it", {}, "b.toml:5"});
  const Suppressions all(builder.get(), allowances, 2026y / 1 / 1);
  EXPECT_THAT(verdict_on(builder.get(), "Conductor::dispatch", all).violations, IsEmpty());
}

}  // namespace
}  // namespace mallocop::report
