// What a bottleneck says of the calls that allocate there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/output/outputs.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;

class BottlenecksSection : public testing::Test {
 protected:
  BottlenecksSection() { input_.profile.measurement.threads = 1; }

  // The site whose pattern is "first-op-only".
  Site& first() { return input_.profile.sites[1]; }
  std::string page() const {
    OutputOptions options;
    options.width = 200;
    return find_output("text")->write(input_, options);
  }

  ReportInput input_ = sample_input();
};

TEST_F(BottlenecksSection, TellsTheFirstCallFromTheFirstFew) {
  EXPECT_THAT(page(), HasSubstr("0.001 per call, in the first call only\n"));
  first().allocations = 20;
  first().calls = 10;
  EXPECT_THAT(page(), HasSubstr("0.02 per call, in the first 10 of 1,000 calls only\n"));
}

TEST_F(BottlenecksSection, EachThreadHasFirstCallsOfItsOwn) {
  input_.profile.measurement.threads = 10;
  first().calls = 10;
  EXPECT_THAT(page(), HasSubstr("in 10 of 1,000 calls, the first of their threads\n"));
}

TEST_F(BottlenecksSection, HowManyFirstCallsStacksShareIsNotSaid) {
  input_.profile.sites.push_back(first());
  EXPECT_THAT(page(), HasSubstr("in the first call only (2 stacks)\n"));
  first().calls = 10;
  EXPECT_THAT(page(), HasSubstr("in the first calls only (2 stacks)\n"));
}

TEST_F(BottlenecksSection, CountsMeasuredCallsAlone) {
  Site& site = input_.profile.sites[0];
  site.allocations += 5;
  site.left_out_allocations = 5;
  site.left_out_bytes = site.bytes - 3000;
  EXPECT_THAT(page(),
              HasSubstr("3,000 allocations, 2.9 KiB, >99 % of Conductor::dispatch: 3 per call, in every call\n"));
}

TEST_F(BottlenecksSection, HasNothingThatOnlyTheWarmupAllocates) {
  for (Site& site : input_.profile.sites) {
    site.left_out_allocations = site.allocations;
    site.left_out_bytes = site.bytes;
  }
  EXPECT_THAT(page(), HasSubstr("Bottlenecks\n  none: measured calls allocated nothing\n"));
}

TEST_F(BottlenecksSection, OfAnOperationWithoutAMeasuredCallSaysSo) {
  input_.profile.operations[0].count = 0;
  EXPECT_THAT(page(),
              HasSubstr("3,000 allocations, 499.0 KiB, in calls of Conductor::dispatch that are not measured\n"));
  EXPECT_THAT(page(), Not(HasSubstr("per call")));
}

}  // namespace
}  // namespace mallocop::report
