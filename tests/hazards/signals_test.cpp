// Handlers that allocate. glibc's allocator does not bear that in the middle of its own work, so one that does stands
// behind the shim: then the shim alone is put to the test.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Signals : public Integration {
 protected:
  Measured run(const std::vector<std::string>& words) const {
    const std::string list = shim() + ":" + program("bump_malloc.so");
    Measured measured =
        measure({.words = words, .environment = {{"LD_PRELOAD", list}}, .time = std::chrono::seconds(20)});
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
    if (measured.report.is_object()) {
      EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
      EXPECT_EQ(measured.report["fingerprint"]["allocator"], program("bump_malloc.so"));
    }
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
    return measured;
  }
};

TEST_F(Signals, AHandlerMayAllocateAnywhere) {
  const Measured measured = run({program("signal_timer")});
  const Json own = Json::parse(measured.host.out);
  EXPECT_EQ(own["wrong_totals"], 0);
  for (const char* metric : {"allocations", "bytes", "frees"}) {
    EXPECT_EQ(measured.total(metric), own[metric].get<uint64_t>()) << metric;
  }
}

TEST_F(Signals, AHandlerMayAllocateAtAnyInstruction) {
  const Measured measured = run({program("signal_steps")});
  const Json own = Json::parse(measured.host.out);
  EXPECT_EQ(own["wrong_totals"], 0);
  EXPECT_GT(own["handled"], 50) << "or it was not stepped";
  for (const char* metric : {"allocations", "bytes", "frees"}) {
    EXPECT_EQ(measured.total(metric), own[metric].get<uint64_t>()) << metric;
  }
}

TEST_F(Signals, AHandlerMayLeaveAHookByLongjmp) {
  const Measured measured = run({program("signal_in_realloc"), "leave"});
  uint64_t blocks = 0;
  for (const Json& site : measured.report["sites"])
    if (site["largest"] == 30 && !site["stack_truncated"].get<bool>()) blocks += site["allocations"].get<uint64_t>();
  EXPECT_EQ(blocks, 500U);
}

class SignalsInsideHooks : public Signals, public testing::WithParamInterface<bool> {};

TEST_P(SignalsInsideHooks, MayAllocate) {
  std::vector<std::string> words = {program("signal_in_realloc")};
  if (GetParam()) words.emplace_back("further-out");
  const Measured measured = run(words);
  EXPECT_EQ(measured.total("allocations"), 500U * 4U);
  EXPECT_EQ(measured.total("bytes"), 500U * (50U + 100U + 10U + 20U));
  EXPECT_EQ(measured.total("frees"), 500U * 3U);
  EXPECT_EQ(measured.total("leaked_bytes"), 500U * 20U);
  EXPECT_EQ(measured.report["measurement"]["stacks_truncated"], 500 * 2) << "those of the handler are not known";
}

INSTANTIATE_TEST_SUITE_P(OnAStack, SignalsInsideHooks, testing::Bool(),
                         [](const auto& one) { return one.param ? "further_out" : "of_the_thread"; });

}  // namespace
}  // namespace mallocop::test
