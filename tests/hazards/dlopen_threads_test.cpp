// Libraries are opened and closed while other threads allocate and take the dynamic linker's lock: nobody waits for a
// lock that is held by somebody who waits for his, and nothing is lost.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class DlopenThreads : public Integration {};

TEST_F(DlopenThreads, NeverWaitForEachOther) {
  const Measured measured =
      measure({.words = {program("opens_amid_threads"), program("starts_up.so"), program("plugin_omega.so"), "300"}});
  ASSERT_EQ(measured.host.status, 0) << "142: it hung";
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  const uint64_t calls = measured.operation("allocate")["count"];
  EXPECT_GE(calls, 3U);
  EXPECT_EQ(measured.total_of("allocate", "allocations"), 5000 * calls);
  EXPECT_EQ(measured.total_of("allocate", "frees"), 5000 * calls);
  uint64_t opened = 0, started = 0;
  for (const Json& site : measured.report["sites"]) {
    if (site["largest"] == 444) started += site["allocations"].get<uint64_t>();
    if (site["largest"] != 1111) continue;
    opened += site["allocations"].get<uint64_t>();
    EXPECT_FALSE(site["stack_truncated"].get<bool>());
  }
  EXPECT_EQ(opened, 300U);
  EXPECT_EQ(started, 5U * 300U);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
}

}  // namespace
}  // namespace mallocop::test
