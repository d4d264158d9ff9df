// Whatever allocates and frees while a process ends is counted: the shim's end comes after everybody else's, and
// threads that run on find everything as it was.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class ExitOrder : public Integration {
 protected:
  // Of this size: how many, and how many of them leaked.
  static std::pair<uint64_t, uint64_t> blocks_of(const Measured& measured, uint64_t size) {
    std::pair<uint64_t, uint64_t> blocks;
    for (const Json& site : measured.report["sites"]) {
      if (site["largest"] != size) continue;
      blocks.first += site["allocations"].get<uint64_t>();
      blocks.second += site["leaked_allocations"].get<uint64_t>();
    }
    return blocks;
  }
};

TEST_F(ExitOrder, TheLastDestructorsAreCounted) {
  for (const With with : {With::kPreload, With::kLauncher}) {
    const Measured measured = measure({.words = {program("at_exit")}}, with);
    EXPECT_EQ(measured.host.status, 3);
    ASSERT_TRUE(measured.valid()) << measured.reporter.out;
    EXPECT_TRUE(measured.report["measurement"]["finished"].get<bool>());
    // Three objects with one block each, one of them resized, and their destructors' three; an exit handler, a first
    // and a last function.
    EXPECT_EQ(blocks_of(measured, 500), std::pair(uint64_t{3 + 1 + 3 + 3}, uint64_t{0}));
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  }
}

TEST_F(ExitOrder, ThreadsThatRunOnDoNoHarm) {
  uint64_t of_threads = 0;  // in one round they may not have come to anything yet
  for (int round = 0; round < 15; ++round) {
    const Command command = {.words = {program("at_exit"), "threads"}, .time = std::chrono::seconds(20)};
    const Measured measured = measure(command);
    ASSERT_EQ(measured.host.status, 3) << measured.host.err;
    ASSERT_TRUE(measured.valid()) << measured.reporter.out;
    EXPECT_EQ(blocks_of(measured, 500), std::pair(uint64_t{10}, uint64_t{0}));
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
    of_threads += blocks_of(measured, 40).first;
    EXPECT_LE(blocks_of(measured, 40).second, 3U) << "each thread has one in its hands at most";
  }
  EXPECT_GT(of_threads, 0U);
}

}  // namespace
}  // namespace mallocop::test
