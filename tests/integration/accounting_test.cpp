// Counts are exact: a generator that calls every entry point keeps totals of its own, and the report has the same to
// the last unit, however many threads there are, at -O0 and -O2.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

struct Case {
  const char* name;
  const char* generator;
  int seed;
  int threads;
  int steps;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

using Handover = Integration;

class Accounting : public Integration, public testing::WithParamInterface<Case> {
 protected:
  void SetUp() override {
    const std::string path = program(GetParam().generator);
    if (::access(path.c_str(), X_OK) != 0) GTEST_SKIP() << path << " was not built";
  }
  Command generator(int steps) const {
    const Case& one = GetParam();
    return {.words = {program(one.generator), std::to_string(one.seed), std::to_string(one.threads),
                      std::to_string(steps * factor())}};
  }
  // scripts/soak asks for more than usual.
  static int factor() {
    const char* const factor = std::getenv("MALLOCOP_SOAK_FACTOR");
    return factor == nullptr ? 1 : std::max(1, std::atoi(factor));
  }
  Measured run(int steps, With with) const {
    Measured measured = measure(generator(steps), with);
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_TRUE(measured.valid()) << measured.report["measurement"].dump(1);
    return measured;
  }
};

TEST_P(Accounting, AnOperationsTotalsAreTheProgramsOwn) {
  const Measured measured = run(GetParam().steps, With::kPreload);
  ASSERT_EQ(measured.host.status, 0);
  const Json own = Json::parse(measured.host.out);
  EXPECT_EQ(own["wrong_totals"], 0) << "asked in the process";
  EXPECT_EQ(measured.operation("work")["count"], GetParam().threads);
  for (const char* metric : {"allocations", "bytes", "frees"}) {
    EXPECT_EQ(measured.total_of("work", metric), own[metric].get<uint64_t>()) << metric;
  }
  EXPECT_EQ(measured.sum_of_sites("work", "allocations"), own["allocations"].get<uint64_t>());
  EXPECT_EQ(measured.sum_of_sites("work", "bytes"), own["bytes"].get<uint64_t>());
  EXPECT_EQ(measured.sum_of_sites("work", "leaked_allocations"), own["leaked_allocations"].get<uint64_t>());
  EXPECT_EQ(measured.sum_of_sites("work", "leaked_bytes"), own["leaked_bytes"].get<uint64_t>());
  if (GetParam().threads == 1) {
    EXPECT_EQ(measured.total_of("work", "temporary"), own["temporary"].get<uint64_t>());
    EXPECT_EQ(measured.sum_of_sites("work", "temporary"), own["temporary"].get<uint64_t>());
  }
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
}

// What the C library allocates for threads is the same in both runs.
TEST_P(Accounting, TheProcesssTotalsDifferByTheWorkAlone) {
  const Measured idle = run(0, With::kLauncher);
  const Measured busy = run(GetParam().steps, With::kLauncher);
  ASSERT_EQ(busy.host.status, 0);
  const Json own = Json::parse(busy.host.out);
  for (const char* metric : {"allocations", "bytes", "frees", "leaked_allocations", "leaked_bytes"}) {
    EXPECT_EQ(busy.total(metric) - idle.total(metric), own[metric].get<uint64_t>()) << metric;
  }
  if (GetParam().threads == 1) {
    EXPECT_EQ(idle.total("allocations"), 0U) << "nothing but the work allocates";
    EXPECT_EQ(busy.total("temporary"), own["temporary"].get<uint64_t>());
  }
}

// Both threads see one address alternate between a block of their own and one of the other's.
TEST_F(Handover, OfOneAddressIsMatchedAcrossThreads) {
  // In the end more often than the stamp in an event can count: then it takes an escape.
  for (const uint64_t rounds : {2U, 100U, 150'000U}) {
    SCOPED_TRACE(rounds);
    const Measured measured = measure({.words = {program("ping_pong"), std::to_string(rounds)}});
    ASSERT_EQ(measured.host.status, 0);
    EXPECT_TRUE(measured.valid()) << measured.report["measurement"].dump(1);
    EXPECT_EQ(measured.total_of("turns", "allocations"), rounds);
    EXPECT_EQ(measured.total_of("turns", "frees"), rounds - 1);
    EXPECT_EQ(measured.sum_of_sites("turns", "leaked_allocations"), 1U);
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
    // Nothing is temporary; whoever cannot tell must say so.
    if (measured.report["measurement"]["ambiguous_frees"] == 0) {
      EXPECT_EQ(measured.sum_of_sites("turns", "temporary"), 0U);
    }
  }
}

// A block that was freed at once leaves nothing behind by which its thread could take the other's block for its own.
TEST_F(Handover, IsNotTakenForAFreeOfTheThreadsOwnBlock) {
  constexpr uint64_t kRounds = 2000;
  const Measured measured = measure({.words = {program("one_way"), std::to_string(kRounds)}});
  ASSERT_EQ(measured.host.status, 0);
  EXPECT_TRUE(measured.valid()) << measured.report["measurement"].dump(1);
  EXPECT_EQ(measured.total_of("one way", "allocations"), 3 * kRounds);
  EXPECT_EQ(measured.total_of("one way", "frees"), 3 * kRounds);
  EXPECT_EQ(measured.total_of("one way", "temporary"), 2 * kRounds);
  EXPECT_EQ(measured.sum_of_sites("one way", "leaked_allocations"), 0U);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Generator, Accounting,
                         testing::Values(Case{"O0_1_thread_short", "generator_O0", 1, 1, 50},
                                         Case{"O0_1_thread", "generator_O0", 2, 1, 200000},
                                         Case{"O2_1_thread", "generator_O2", 3, 1, 300001},
                                         Case{"O0_2_threads", "generator_O0", 4, 2, 100000},
                                         Case{"O2_2_threads", "generator_O2", 5, 2, 100000},
                                         Case{"O0_16_threads", "generator_O0", 6, 16, 10000},
                                         Case{"O2_16_threads", "generator_O2", 7, 16, 20000},
                                         Case{"O2_64_threads", "generator_O2", 8, 64, 4000},
                                         Case{"clang_O0_1_thread", "generator_clang_O0", 9, 1, 100000},
                                         Case{"clang_O2_1_thread", "generator_clang_O2", 10, 1, 100000},
                                         Case{"clang_O0_2_threads", "generator_clang_O0", 11, 2, 50000},
                                         Case{"clang_O2_64_threads", "generator_clang_O2", 12, 64, 2000}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace mallocop::test
