#include "report/output/operation_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/support/error.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(KeepOperations, WithoutPatternsKeepsAll) {
  Profile profile = sample_profile();
  keep_operations(profile, {});
  EXPECT_EQ(profile.operations.size(), 2U);
  EXPECT_EQ(profile.sites.size(), 3U);
}

TEST(KeepOperations, KeepsTheSitesInsideAndTheTotals) {
  Profile profile = sample_profile();
  keep_operations(profile, {"Conductor::*"});
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].name, "Conductor::dispatch");
  EXPECT_THAT(profile.operations[0].sites, ElementsAre(0, 1));
  EXPECT_EQ(profile.sites.size(), 2U);
  EXPECT_EQ(profile.totals.allocations, 4103U);
}

TEST(KeepOperations, RenumbersOperationsAndSites) {
  Profile profile = sample_profile();
  profile.sites[1].operation = 1;
  profile.operations[0].sites = {0};
  profile.operations[1].sites = {1};
  keep_operations(profile, {"parse"});
  ASSERT_EQ(profile.sites.size(), 1U);
  EXPECT_EQ(profile.sites[0].operation, 0U);
  EXPECT_EQ(profile.sites[0].stack, 1U);
  EXPECT_THAT(profile.operations[0].sites, ElementsAre(0));
}

TEST(KeepOperations, NamesTheOperationsThereAreWhenNoneMatches) {
  Profile profile = sample_profile();
  try {
    keep_operations(profile, {"parse", "dispatch"});
    FAIL() << "nothing is named 'dispatch'";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("--op 'dispatch'"));
    EXPECT_THAT(error.what(), HasSubstr("'Conductor::dispatch', 'parse'"));
  }
}

TEST(KeepOperations, SaysWhenThereAreNoOperationsAtAll) {
  Profile profile = sample_profile();
  profile.operations.clear();
  EXPECT_THROW(keep_operations(profile, {"*"}), Error);
}

}  // namespace
}  // namespace mallocop::report
