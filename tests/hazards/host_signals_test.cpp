// The shim starts no thread and leaves no signal blocked: a host that waits for its signals gets each of them.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class HostSignals : public Integration {};

TEST_F(HostSignals, AreBlockedAsTheHostLeftThem) {
  const Command command = {.words = {program("waits_for_signals")}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0);
  ASSERT_THAT(bare_run.out, testing::HasSubstr("10 37 are blocked in the thread"));
  ASSERT_THAT(bare_run.out, testing::HasSubstr("Threads:\t1"));
  for (const With with : {With::kPreload, With::kLauncher}) {
    const Measured measured = measure(command, with);
    EXPECT_EQ(measured.host.out, bare_run.out);
    EXPECT_EQ(measured.host.status, 0);
    EXPECT_TRUE(measured.valid()) << measured.reporter.out;
    EXPECT_GT(measured.total("allocations"), 150000U);
  }
}

}  // namespace
}  // namespace mallocop::test
