// What a thread allocates and frees while it ends is counted to the last block: in destructors of its data, in the last
// round of them, when it is cancelled, and what the C library frees after that.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class ThreadTeardown : public Integration {};

TEST_F(ThreadTeardown, IsCountedToTheLastBlock) {
  constexpr uint64_t kThreads = 600;
  const Measured measured = measure({.words = {program("thread_data"), std::to_string(kThreads)}});
  ASSERT_EQ(measured.host.status, 0);
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  uint64_t allocations = 0, leaked = 0;
  for (const Json& site : measured.report["sites"]) {
    if (site["largest"] != 100) continue;
    allocations += site["allocations"].get<uint64_t>();
    leaked += site["leaked_allocations"].get<uint64_t>();
  }
  EXPECT_EQ(allocations, std::stoull(measured.host.out));
  EXPECT_EQ(leaked, 0U);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  EXPECT_TRUE(measured.report["measurement"]["finished"].get<bool>());
  EXPECT_EQ(files(), std::vector<std::string>{"t.mcop"}) << "no ring is left behind";
}

}  // namespace
}  // namespace mallocop::test
