// Threads that ended cost nothing, and those that live no more than preload/README.md says.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Resources : public Integration {
 protected:
  Json growth(const std::string& how, int count, bool preloaded) const {
    const Command command = {.words = {program("thread_memory"), how, std::to_string(count), trace() + ".live"}};
    if (!preloaded) return Json::parse(bare(command).out);
    const Measured measured = measure(command);
    EXPECT_EQ(measured.host.status, 0);
    EXPECT_TRUE(measured.valid()) << measured.reporter.out;
    EXPECT_GE(measured.report["measurement"]["threads"], count + 1);
    EXPECT_GE(measured.total("allocations"), static_cast<uint64_t>(100 * count));
    return Json::parse(measured.host.out);
  }
};

TEST_F(Resources, FiveThousandThreadsThatEndedCostNothing) {
  const Json growth = this->growth("in-turn", 5000, true);
  EXPECT_EQ(growth["companion"], 0) << "a ring for each thread, and none of them taken back";
  // The trace's window into its file may have grown.
  EXPECT_LT(growth["mapped"].get<int64_t>(), 8 << 20);
  EXPECT_LT(growth["resident"].get<int64_t>(), 8 << 20);
}

TEST_F(Resources, AThreadCostsNoMoreThanIsSaid) {
  constexpr int kThreads = 500;
  const Json bare_growth = growth("at-once", kThreads, false);
  const Json growth = this->growth("at-once", kThreads, true);
  const int64_t resident = (growth["resident"].get<int64_t>() - bare_growth["resident"].get<int64_t>()) / kThreads;
  const int64_t mapped = (growth["mapped"].get<int64_t>() - bare_growth["mapped"].get<int64_t>()) / kThreads;
  const int64_t companion = growth["companion"].get<int64_t>() / kThreads;
  RecordProperty("resident_bytes_per_thread", std::to_string(resident));
  EXPECT_GT(resident, 4096);
  EXPECT_LT(resident, 80 << 10) << "preload/README.md: 50 to 75 KiB for a thread that allocates a little";
  EXPECT_LT(mapped, (5 << 20) + (1 << 19)) << "preload/README.md: 84 KiB, 1.2 MiB and 4 MiB";
  EXPECT_LE(companion, 84 << 10) << "preload/README.md: a ring of 84 KiB";
}

}  // namespace
}  // namespace mallocop::test
