// Totals that a program asks for while it runs: where threads have ended, in a forked child, without the shim. That
// they are those of the program's own book-keeping is in accounting_test.cpp, hazards/requests_test.cpp and, inside
// hooks, in hazards/signals_test.cpp.
#include <sstream>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using Totals = Integration;

// The program leaves right after it asked, so the report's totals are those of that moment: what came before the shim's
// constructor is in both, and mallocop's own blocks in neither.
TEST_F(Totals, OfTheProcessAreTheReports) {
  for (const char* threads : {"0", "1", "8"}) {
    SCOPED_TRACE(threads);
    const Measured measured = measure({.words = {program("totals"), "ended", threads}});
    ASSERT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
    std::istringstream out(measured.host.out);
    uint64_t allocations = 0, bytes = 0, frees = 0;
    out >> allocations >> bytes >> frees;
    EXPECT_GE(allocations, 9000U * static_cast<uint64_t>(std::atoi(threads)) + 1);
    EXPECT_EQ(measured.total("allocations"), allocations);
    EXPECT_EQ(measured.total("bytes"), bytes);
    EXPECT_EQ(measured.total("frees"), frees);
  }
}

TEST_F(Totals, AreNoneInAForkedChild) {
  const Ended ended = measure({.words = {program("totals"), "fork"}}).host;
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, "0 0 0 0\n");
}

TEST_F(Totals, AreNoneWithoutTheShim) {
  const Ended ended = bare({.words = {program("totals"), "ended", "2"}});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, "0 0 0\n");
}

}  // namespace
}  // namespace mallocop::test
