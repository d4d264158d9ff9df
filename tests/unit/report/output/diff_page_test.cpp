#include "report/output/diff_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/output/render.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;

TEST(DiffPage, NamesFunctionsShortOrWhole) {
  Comparison comparison;
  PlaceChange change;
  change.function = "run(int)";
  change.allocations.now = Rational{3, 1};
  comparison.places.push_back(change);
  EXPECT_THAT(render_text(diff_page(comparison, 10, false), {}), HasSubstr("new: run\n"));
  EXPECT_THAT(render_text(diff_page(comparison, 10, true), {}), HasSubstr("new: run(int)\n"));
}

}  // namespace
}  // namespace mallocop::report
