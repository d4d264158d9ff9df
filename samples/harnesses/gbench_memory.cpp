// Google Benchmark with mallocop's memory manager:
//   mallocop run -- ./gbench_memory --benchmark_format=json
#include <benchmark/benchmark.h>

#include <memory>

#include "mallocop/benchmark.hpp"

static void BM_Nothing(benchmark::State& state) {
  for (auto _ : state) benchmark::ClobberMemory();
}
BENCHMARK(BM_Nothing);

static void BM_ThreeBlocks(benchmark::State& state) {
  for (auto _ : state) {
    for (int i = 0; i < 3; ++i) {
      auto block = std::make_unique<char[]>(100);
      benchmark::DoNotOptimize(block);
    }
  }
}
BENCHMARK(BM_ThreeBlocks);

MALLOCOP_BENCHMARK_MAIN();
