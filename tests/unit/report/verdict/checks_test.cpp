#include "report/verdict/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "report/support/error.h"
#include "report/verdict/baseline.h"
#include "tests/unit/report/verdict/profile_builder.h"
#include "tests/unit/report/verdict/scratch_folder.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;
using test::ProfileBuilder;
using test::ScratchFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

class Checks : public testing::Test {
 protected:
  Checks() {
    request_.use_default_budget = false;
    request_.baseline_folder = folder_.file("baselines");
    request_.today = 2026y / 11 / 22;
    builder_.operation("parse", 100, 3, {{{"grow", "parse"}, 200, 10}, {{"std::locale::locale()", "parse"}, 5, 64}});
  }

  void budget(std::string_view text) { request_.budget_file = folder_.write("mallocop.toml", text); }
  Verdict run() const { return check(builder_.get(), request_); }
  Error failure() const {
    try {
      run();
    } catch (const Error& error) {
      return error;
    }
    return {ExitStatus::kOk, "no error"};
  }

  ScratchFolder folder_;
  CheckRequest request_;
  ProfileBuilder builder_;
};

TEST_F(Checks, WithinEveryLimitIsOk) {
  budget("[op.parse]\nallocs = 2.05\n[total]\nallocs = 205\nleaked_bytes = 0\n");
  request_.limits = {"parse:allocs.max<=3"};
  request_.forbidden = {"Quiet::run"};
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kOk);
  EXPECT_EQ(verdict.compared.size(), 5U);
}

TEST_F(Checks, EveryBrokenLimitIsListed) {
  budget("[op.parse]\nallocs = 2\nbytes = '10 B'\n");
  request_.limits = {"total:allocs<=1"};
  request_.forbidden = {"grow"};
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kOverBudget);
  ASSERT_EQ(verdict.violations.size(), 4U);
  EXPECT_EQ(verdict.violations[0].source, *request_.budget_file + ":2");
  EXPECT_EQ(verdict.violations[1].source, *request_.budget_file + ":3");
}

TEST_F(Checks, AnInvalidMeasurementHasNoVerdict) {
  builder_.edit().measurement.valid = false;
  builder_.edit().measurement.reasons = {"3 events were lost"};
  budget("[op.parse]\nallocs = 0\n[[allow]]\nstack = 'nothing'\nreason = 'x'\n");
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kInvalid);
  EXPECT_THAT(verdict.invalid, ElementsAre("3 events were lost"));
  EXPECT_THAT(verdict.violations, IsEmpty());
  builder_.edit().measurement.reasons.clear();
  EXPECT_EQ(run().invalid.size(), 1U);
}

TEST_F(Checks, InvalidGoesBeforeBroken) {
  budget("[op.parse]\nallocs = 0\n[op.scan]\nallocs = 0\n");
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kInvalid);
  EXPECT_EQ(verdict.violations.size(), 1U);
}

TEST_F(Checks, ASectionWithoutLimitsStillNeedsItsOperation) {
  budget("[op.scan]\nwarmup = 1\n");
  EXPECT_EQ(run().status, ExitStatus::kInvalid);
}

TEST_F(Checks, ABudgetThatLimitsNothingSaysSo) {
  budget("[op.parse]\nwarmup = 1\n");
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kOk);
  EXPECT_EQ(verdict.compared.size(), 0U);
  EXPECT_THAT(verdict.notes, ElementsAre(HasSubstr("nothing was compared")));
}

TEST_F(Checks, ABudgetForAProcessThatAllocatedNothingIsFine) {
  builder_ = ProfileBuilder();
  budget("[total]\nallocs = 0\npeak_bytes = 0\n");
  EXPECT_EQ(run().status, ExitStatus::kOk);
}

TEST_F(Checks, AllowedAllocationsDoNotCount) {
  budget("[op.parse]\nallocs = 2\n[[allow]]\nstack = 'std::locale::*'\nreason = 'first use'\n");
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kOk);
  EXPECT_THAT(verdict.suppressed,
              ElementsAre(*request_.budget_file + ":3: 'std::locale::*': 5 allocations (320 B) allowed: first use"));
}

TEST_F(Checks, AnExpiredEntryNoLongerCounts) {
  budget("[op.parse]\nallocs = 2\n[[allow]]\nstack = 'std::locale::*'\nreason = 'x'\nexpires = 2026-11-21\n");
  const Verdict verdict = run();
  EXPECT_EQ(verdict.status, ExitStatus::kOverBudget);
  EXPECT_THAT(verdict.notes, ElementsAre(HasSubstr("expired on 2026-11-21")));
}

TEST_F(Checks, AnEntryThatMatchesNothingIsAnError) {
  budget("[op.parse]\nallocs = 2\n[[allow]]\nstack = 'std::regex::*'\nreason = 'x'\n");
  const Error error = failure();
  EXPECT_EQ(error.status(), ExitStatus::kUsage);
  EXPECT_EQ(error.what(), *request_.budget_file +
                              ":3: [[allow]] of 'std::regex::*' matches no allocation; remove it (besides, 1 limit is "
                              "broken)");
}

TEST_F(Checks, AnInvalidMeasurementCannotTellThatAnEntryMatchesNothing) {
  budget("[op.scan]\nallocs = 2\n[[allow]]\nstack = 'std::regex::*'\nreason = 'x'\n");
  EXPECT_EQ(run().status, ExitStatus::kInvalid);
}

TEST_F(Checks, AgainstABaseline) {
  request_.baseline = "before";
  EXPECT_EQ(failure().status(), ExitStatus::kNoBaseline);
  save_baseline(builder_.get(), "before", request_.baseline_folder);
  request_.strict = true;
  EXPECT_EQ(run().status, ExitStatus::kOk);

  ProfileBuilder worse;
  worse.operation("parse", 100, 3, {{{"grow", "parse"}, 210, 10}});
  EXPECT_EQ(check(worse.get(), request_).status, ExitStatus::kOverBudget);
  budget("[op.parse]\nallocs = { regress = '5%' }\n");
  // 210 instead of 205 is within 5 %, and the bytes became fewer.
  EXPECT_EQ(check(worse.get(), request_).status, ExitStatus::kBetterThanBaseline);
  request_.strict = false;
  EXPECT_EQ(check(worse.get(), request_).status, ExitStatus::kOk);

  worse.edit().fingerprint = {{"libc", "musl"}};
  EXPECT_EQ(check(worse.get(), request_).status, ExitStatus::kInvalid);
}

TEST_F(Checks, WhatTheUserWroteIsReadWhateverWasMeasured) {
  builder_.edit().measurement.valid = false;
  request_.limits = {"parse:alocs<=0"};
  EXPECT_EQ(failure().status(), ExitStatus::kUsage);
  request_.limits.clear();
  request_.budget_file = folder_.file("none.toml");
  EXPECT_EQ(failure().status(), ExitStatus::kUsage);
}

TEST_F(Checks, WarmupRulesAreThoseOfTheBudgetThenTheOption) {
  budget("[op.'*']\nwarmup = 1\n[op.parse]\nwarmup = 3\n");
  request_.warmup = 9;
  const std::vector<WarmupRule> rules = warmup_rules(request_);
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].pattern, "parse");
  EXPECT_EQ(rules[0].calls, 3U);
  EXPECT_EQ(rules[1].calls, 1U);
  EXPECT_EQ(rules[2].pattern, "*");
  EXPECT_EQ(rules[2].calls, 9U);
}

TEST_F(Checks, AVerdictIsAskedForByWhateverCanBeBroken) {
  EXPECT_FALSE(asks_for_verdict(request_));
  const auto asks = [this](auto edit) {
    CheckRequest request = request_;
    edit(request);
    return asks_for_verdict(request);
  };
  EXPECT_TRUE(asks([](CheckRequest& request) { request.budget_file = "x"; }));
  EXPECT_TRUE(asks([](CheckRequest& request) { request.limits = {"x"}; }));
  EXPECT_TRUE(asks([](CheckRequest& request) { request.forbidden = {"x"}; }));
  EXPECT_TRUE(asks([](CheckRequest& request) { request.baseline = "x"; }));
  EXPECT_FALSE(asks([](CheckRequest& request) { request.warmup = 1; }));
}

TEST_F(Checks, TheDefaultBudgetIsTheOneOfTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(fs::path(folder_.write("elsewhere", "")).parent_path());
  request_.use_default_budget = true;
  EXPECT_FALSE(asks_for_verdict(request_));
  folder_.write("mallocop.toml", "[op.parse]\nallocs = 2\n");
  EXPECT_TRUE(asks_for_verdict(request_));
  EXPECT_EQ(run().violations.at(0).source, "mallocop.toml:2");
  request_.use_default_budget = false;
  EXPECT_FALSE(asks_for_verdict(request_));
  fs::current_path(before);
}

}  // namespace
}  // namespace mallocop::report
