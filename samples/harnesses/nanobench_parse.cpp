// nanobench: time by nanobench, allocations per call by mallocop beside it: mallocop run -- ./nanobench_parse
#define ANKERL_NANOBENCH_IMPLEMENT
#include <nanobench.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "mallocop/mallocop.hpp"

// Not while nanobench times, which allocates for its own results.
template <class Function>
void run(const char* name, Function function) {
  ankerl::nanobench::Bench().run(name, function);
  constexpr std::uint64_t kCalls = 100;
  const mallocop::Tally tally;
  for (std::uint64_t call = 0; call < kCalls; ++call) function();
  const mallocop_totals taken = tally.since();
  if (taken.allocations == mallocop::Tally::kNotRecorded) {
    std::printf("%s: allocations not counted; run: mallocop run -- COMMAND\n", name);
  } else {
    std::printf("%s: %.2f allocations, %.2f bytes per call\n", name, static_cast<double>(taken.allocations) / kCalls,
                static_cast<double>(taken.bytes) / kCalls);
  }
}

int main() {
  run("line", [] {
    std::string line(100, '.');
    ankerl::nanobench::doNotOptimizeAway(line);
  });
}
