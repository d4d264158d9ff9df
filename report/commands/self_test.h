// The program that `mallocop self-test` measures: mallocop itself, started with a command of its own.
#pragma once

#include <cstdint>
#include <string>

namespace mallocop::report {

// Not listed in the help.
inline constexpr const char* kSelfTestProgram = "self-test-program";

// What each round of it does.
struct SelfTestRound {
  static constexpr uint64_t kAllocations = 3;
  static constexpr uint64_t kBytes = 100 + 3 * 50 + 200;
  static constexpr uint64_t kFrees = 3;
};

// Does as many rounds as the text says; returns the exit status.
int run_self_test_program(const std::string& rounds);

}  // namespace mallocop::report
