// Threads that come and go, destructors of their data that allocate, and threads that still run when the process ends.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Threads : public Integration {
 protected:
  Measured run(const std::string& how, uint64_t count) const {
    Measured measured = measure({.words = {program("threads"), how, std::to_string(count)}});
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
    EXPECT_EQ(measured.operation("thread")["count"], count);
    EXPECT_EQ(measured.total_of("thread", "allocations"), 30 * count);
    EXPECT_EQ(measured.total_of("thread", "bytes"), 30 * 48 * count);
    EXPECT_EQ(measured.total_of("thread", "frees"), 20 * count);
    EXPECT_EQ(measured.sum_of_sites("thread", "leaked_allocations"), 10 * count);
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
    EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
    return measured;
  }
  // Of 3 blocks of 4242 bytes each time; they must all be freed.
  static uint64_t runs_of_destructors(const Measured& measured) {
    uint64_t blocks = 0, without_stack = 0;
    for (const Json& site : measured.report["sites"]) {
      if (site["largest"] != 4242) continue;
      EXPECT_EQ(site["smallest"], 4242);
      EXPECT_EQ(site["leaked_allocations"], 0);
      blocks += site["allocations"].get<uint64_t>();
      if (site["stack_truncated"].get<bool>()) without_stack += site["allocations"].get<uint64_t>();
    }
    EXPECT_LE(4 * without_stack, blocks) << "the thread's state is kept for all rounds but the last";
    EXPECT_EQ(blocks % 3, 0U);
    return blocks / 3;
  }
};

TEST_F(Threads, OneAfterAnotherAreCountedToTheLast) {
  const Measured measured = run("in-turn", 500);
  EXPECT_EQ(runs_of_destructors(measured), 4U * 500U);
}

TEST_F(Threads, AtOnceAreCountedToTheLast) {
  const Measured measured = run("at-once", 50);
  EXPECT_EQ(runs_of_destructors(measured), 4U * 50U);
  EXPECT_GE(measured.report["measurement"]["threads"], 51);
}

TEST_F(Threads, ThatStillRunAtExitAreCountedToTheLast) {
  const Measured measured = run("detached", 20);
  EXPECT_TRUE(measured.report["measurement"]["finished"].get<bool>());
}

TEST_F(Threads, OneAfterAnotherDoNotMakeTheTraceGrowWithoutBound) {
  run("in-turn", 300);
  EXPECT_LT(read("t.mcop").size(), size_t{2} << 20);
}

}  // namespace
}  // namespace mallocop::test
