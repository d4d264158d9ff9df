// See self_test.h. The pointers are volatile: a compiler may leave out a pair of malloc and free that it sees through.
#include <charconv>
#include <cstdlib>

#include "report/commands/self_test.h"
#include "report/exit_status.h"

namespace mallocop::report {

int run_self_test_program(const std::string& rounds) {
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(rounds.data(), rounds.data() + rounds.size(), count);
  if (error != std::errc() || end != rounds.data() + rounds.size()) return static_cast<int>(ExitStatus::kUsage);
  for (; count > 0; --count) {
    void* volatile grown = std::malloc(100);
    void* volatile cleared = std::calloc(3, 50);
    void* const moved = std::realloc(grown, 200);
    if (!moved || !cleared) return static_cast<int>(ExitStatus::kError);
    grown = moved;
    std::free(grown);
    std::free(cleared);
  }
  return 0;
}

}  // namespace mallocop::report
