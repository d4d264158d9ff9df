// No hook changes errno: around every function, in a thread's first and last calls, when a ring is written, when the
// trace cannot be made or cannot grow.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Errno : public Integration {
 protected:
  Command host() const { return {.words = {program("errno_kept"), program("plugin_alpha.so")}}; }
};

TEST_F(Errno, IsTheHosts) {
  const Ended bare_run = bare(host());
  ASSERT_EQ(bare_run.status, 0);
  // glibc's own dlclose and pvalloc may do as they like; what they do must not change.
  ASSERT_THAT(bare_run.out, testing::HasSubstr("in the loop 0, in first calls 0, at the ends of threads 0"));
  const Measured measured = measure(host());
  EXPECT_EQ(measured.host.out, bare_run.out);
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_GT(measured.total("allocations"), 40000U);
}

TEST_F(Errno, IsTheHostsWhereTheTraceCannotGrow) {
  const Ended bare_run = bare(host());
  for (const uint64_t limit : {4096U, 300000U, 400000U, 1000000U}) {
    SCOPED_TRACE(limit);
    std::filesystem::remove(trace());
    std::filesystem::remove(trace() + ".live");
    Command command = under_shim(host());
    command.largest_file = limit;
    const Ended ended = run_command(command);
    EXPECT_EQ(ended.out, bare_run.out);
    EXPECT_EQ(ended.status, 0) << ended.err;
  }
}

}  // namespace
}  // namespace mallocop::test
