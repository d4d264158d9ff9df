// The work of ways.h as benchmarks: NAME/iterations:N, and the same in 8 threads. WAYS_MEMORY_MANAGER=1: with
// mallocop's adapter.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "mallocop/benchmark.hpp"
#include "ways.h"

int main(int argc, char** argv) {
  for (const Kind& kind : kKinds) {
    const auto body = [&kind](benchmark::State& state) {
      State own;
      for (auto _ : state) run_round(kind, own);
    };
    for (const int threads : {1, 8}) {
      auto* const one = benchmark::RegisterBenchmark(kind.name, body)->Iterations(static_cast<int64_t>(kind.rounds));
      if (threads > 1) one->Threads(threads);
    }
  }
  benchmark::Initialize(&argc, argv);
  if (std::getenv("WAYS_MEMORY_MANAGER")) mallocop::register_memory_manager();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
