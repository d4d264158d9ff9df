#include "report/output/expected_impact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/output/outputs.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;

PlanItem shared_by(size_t operations, std::string outside = "") {
  PlanItem item;
  for (size_t i = 0; i < operations; ++i) item.expected_impact.push_back("op" + std::to_string(i) + ": 1 of 2");
  item.expected_outside = std::move(outside);
  return item;
}

TEST(ExpectedImpact, HasTheFirstOperationsAndTheNumberOfTheOthers) {
  EXPECT_EQ(expected_impact(shared_by(5), 3), "op0: 1 of 2; op1: 1 of 2; op2: 1 of 2; and 2 more operations");
  EXPECT_EQ(expected_impact(shared_by(1234), 1), "op0: 1 of 2; and 1,233 more operations");
}

TEST(ExpectedImpact, HasAllIfOnlyOneWouldBeLeft) {
  EXPECT_EQ(expected_impact(shared_by(3), 3), "op0: 1 of 2; op1: 1 of 2; op2: 1 of 2");
  EXPECT_EQ(expected_impact(shared_by(2), 1), "op0: 1 of 2; op1: 1 of 2");
}

TEST(ExpectedImpact, EndsWithWhatIsOutside) {
  EXPECT_EQ(expected_impact(shared_by(3, "4 in all"), 1),
            "op0: 1 of 2; and 2 more operations; outside operations: 4 in all");
  EXPECT_EQ(expected_impact(shared_by(0, "4 in all"), 1), "4 in all");
  EXPECT_EQ(expected_impact(shared_by(0), 1), "");
}

TEST(ExpectedImpact, IsShortOnAPageAndWholeInJson) {
  ReportInput input = sample_input();
  input.plan = {shared_by(800)};
  const OutputOptions options;
  const std::string page = find_output("text")->write(input, options);
  EXPECT_THAT(page, HasSubstr("op2: 1 of 2; and 797 more operations"));
  EXPECT_THAT(page, Not(HasSubstr("op3:")));
  EXPECT_THAT(find_output("json")->write(input, options), HasSubstr("op799: 1 of 2\""));
}

}  // namespace
}  // namespace mallocop::report
