// The tool's own footprint is nothing: a program that allocates nothing has a report with nothing in it.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class EmptyPrograms : public Integration, public testing::WithParamInterface<With> {};

TEST_P(EmptyPrograms, ACProgramAllocatesNothing) {
  const Measured measured = measure({.words = {program("empty")}}, GetParam());
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_EQ(measured.host.out + measured.host.err, "");
  ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
  EXPECT_EQ(measured.reporter.status, 0);
  for (const char* metric : {"allocations", "bytes", "frees", "temporary", "leaked_allocations", "peak_bytes"}) {
    EXPECT_EQ(measured.total(metric), 0U) << metric;
  }
  EXPECT_TRUE(measured.report["sites"].empty());
  EXPECT_TRUE(measured.report["measurement"]["finished"].get<bool>());
}

TEST_P(EmptyPrograms, ACppProgramAllocatesWhatItsLibraryKeepsForEmergencies) {
  const Measured measured = measure({.words = {program("empty_cpp")}}, GetParam());
  EXPECT_EQ(measured.host.status, 0);
  ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
  EXPECT_EQ(measured.total("allocations"), 1U);
  EXPECT_EQ(measured.total("bytes"), 72704U);
  EXPECT_EQ(measured.total("peak_bytes"), 72704U);
}

INSTANTIATE_TEST_SUITE_P(Both, EmptyPrograms, testing::Values(With::kPreload, With::kLauncher),
                         [](const auto& one) { return one.param == With::kPreload ? "preload" : "launcher"; });

}  // namespace
}  // namespace mallocop::test
