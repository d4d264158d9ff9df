#include "report/commands/batch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

ReportInput input_with(ExitStatus status) {
  ReportInput input;
  input.verdict = Verdict{};
  input.verdict->status = status;
  return input;
}

TEST(Worse, PrefersWhatAScriptMustNotMiss) {
  EXPECT_EQ(worse(ExitStatus::kOk, ExitStatus::kBetterThanBaseline), ExitStatus::kBetterThanBaseline);
  EXPECT_EQ(worse(ExitStatus::kInvalid, ExitStatus::kBetterThanBaseline), ExitStatus::kInvalid);
  EXPECT_EQ(worse(ExitStatus::kInvalid, ExitStatus::kOverBudget), ExitStatus::kOverBudget);
  EXPECT_EQ(worse(ExitStatus::kUsage, ExitStatus::kOverBudget), ExitStatus::kUsage);
  EXPECT_EQ(worse(ExitStatus::kOk, ExitStatus::kOk), ExitStatus::kOk);
}

TEST(StatusOf, WithoutAVerdictIsWhetherTheMeasurementIsWhole) {
  ReportInput input;
  EXPECT_EQ(status_of(input), ExitStatus::kOk);
  input.profile.measurement.valid = false;
  EXPECT_EQ(status_of(input), ExitStatus::kInvalid);
}

TEST(ForEachTrace, GoesOnAfterABadTraceAndKeepsTheWorstStatus) {
  size_t calls = 0;
  const BatchResult result = for_each_trace({"a", "b", "c"}, *find_output("json"), {}, [&](const std::string& trace) {
    ++calls;
    if (trace == "b") throw Error(ExitStatus::kUsage, "b: is no trace");
    return input_with(ExitStatus::kOverBudget);
  });
  EXPECT_EQ(calls, 3U);
  EXPECT_EQ(result.status, ExitStatus::kUsage);
  // One line of JSON for each that could be read.
  EXPECT_EQ(std::count(result.document.begin(), result.document.end(), '\n'), 2);
}

TEST(ForEachTrace, LetsTheErrorOfASingleTracePass) {
  EXPECT_THROW(for_each_trace({"a"}, *find_output("text"), {},
                              [](const std::string&) -> ReportInput { throw Error(ExitStatus::kUsage, "no trace"); }),
               Error);
}

}  // namespace
}  // namespace mallocop::report
