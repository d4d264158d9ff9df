// A Google Benchmark program that knows nothing of mallocop. 1,000 iterations of "strings" make 1 allocation of 201
// bytes each, those of "nodes" 5 of 24 bytes.
#include <benchmark/benchmark.h>

#include <list>
#include <string>

namespace {

void strings(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(std::string(200, 'x'));
}
BENCHMARK(strings)->Iterations(1000);

void nodes(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(std::list<int>(5));
}
BENCHMARK(nodes)->Iterations(1000);

}  // namespace

BENCHMARK_MAIN();
