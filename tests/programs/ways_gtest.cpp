// The work of ways.h under the checks of mallocop/gtest.hpp, in 8 threads at once.
#include <thread>
#include <vector>

#include "mallocop/gtest.hpp"
#include "ways.h"

namespace {

void check(const Kind& kind) {
  State state;
  const auto run = [&] {
    for (uint64_t round = 0; round < kind.rounds; ++round) run_round(kind, state);
  };
  EXPECT_ALLOCATIONS(kind.allocations) { run(); }
  state = {};
  EXPECT_ALLOCATED_BYTES(kind.bytes) { run(); }
}

TEST(Ways, Known) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([] {
      for (const Kind& kind : kKinds) check(kind);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
