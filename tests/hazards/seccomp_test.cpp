// Hosts that filter their own system calls: one that kills itself at a call that it does not know lives if it allows
// what preload/README.md lists, and one that refuses a call goes on and is not taken for measured whole.
#include <gmock/gmock.h>

#include "tests/support/listed_calls.h"
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::HasSubstr;

constexpr uint64_t kAllocations = 3 * 20000;

class Seccomp : public Integration {
 protected:
  static Command filtered(const std::vector<std::string>& how) {
    Command command = {.words = {program("filtered")}};
    command.words.insert(command.words.end(), how.begin(), how.end());
    return command;
  }
};

TEST_F(Seccomp, AFilterThatAllowsTheListedCallsDoesNotNotice) {
  std::vector<std::string> how = {"only"};
  for (const auto& [name, number] : listed_system_calls()) how.push_back(std::to_string(number));
  const Measured measured = measure(filtered(how));
  ASSERT_EQ(measured.host.status, 5) << measured.host.err;
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.total_of("work", "allocations"), kAllocations);
  EXPECT_EQ(measured.total_of("work", "frees"), kAllocations / 2);
}

TEST_F(Seccomp, WithoutThemTheHostIsKilledAndWhatItDidIsKept) {
  ASSERT_EQ(bare(filtered({"only"})).status, 5) << "it makes other calls itself";
  const Measured measured = measure(filtered({"only"}));
  EXPECT_EQ(measured.host.status, 128 + 31);
  EXPECT_EQ(measured.reporter.status, 6);
  EXPECT_FALSE(measured.valid());
}

class RefusedCalls : public Seccomp, public testing::WithParamInterface<std::pair<const std::string, long>> {};

TEST_P(RefusedCalls, NeverHarmTheHostNorGiveAFalseReport) {
  const auto& [name, number] = GetParam();
  const Command command = filtered({"refuse", std::to_string(number)});
  ASSERT_EQ(bare(command).status, 5);
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.status, 5) << measured.host.err;
  EXPECT_FALSE(measured.reporter.signaled);
  ASSERT_TRUE(measured.report.is_object()) << measured.reporter.err;
  if (measured.valid()) {
    EXPECT_EQ(measured.total_of("work", "allocations"), kAllocations);
    EXPECT_EQ(measured.total_of("work", "frees"), kAllocations / 2);
  } else {
    EXPECT_EQ(measured.reporter.status, 6);
  }
  // The kernel is asked so whether a stack can be read. Without an answer it is not.
  if (name == "rt_sigprocmask") {
    EXPECT_GT(measured.report["measurement"]["stacks_truncated"], 1000);
  }
  if (name == "openat" || name == "fallocate" || name == "fstat") {
    EXPECT_THAT(measured.report["measurement"]["reasons"].dump(), HasSubstr("could not grow"));
  }
}

// Those that are made when a filter may be there; without its brk the C library itself does not live.
std::map<std::string, long> calls_to_refuse() {
  std::map<std::string, long> calls = listed_system_calls();
  for (const char* early :
       {"brk", "getcwd", "getrandom", "mincore", "mprotect", "newfstatat", "pipe2", "prctl", "read"})
    calls.erase(early);
  return calls;
}

INSTANTIATE_TEST_SUITE_P(EachInTurn, RefusedCalls, testing::ValuesIn(calls_to_refuse()),
                         [](const auto& one) { return one.param.first; });

}  // namespace
}  // namespace mallocop::test
