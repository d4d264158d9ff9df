// Benchmarks of every kind that Google Benchmark has, each with a known number of allocations for an iteration. It is
// the last part of a benchmark's name, or its argument. GBENCH_MEMORY_MANAGER=1: with a MemoryManager that counts, too.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace {

std::atomic<int64_t> g_allocations = 0;

void allocate(int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    void* const block = ::operator new(40);
    benchmark::DoNotOptimize(block);
    ::operator delete(block);
  }
  g_allocations += count;
}

void BM_args(benchmark::State& state) {
  allocate(7);  // set-up is no iteration
  for (auto _ : state) allocate(state.range(0));
  allocate(9);
}
BENCHMARK(BM_args)->Arg(0)->Arg(1)->Arg(3);
BENCHMARK(BM_args)->Name("BM_range")->RangeMultiplier(2)->Range(4, 16);

template <int kCount>
void BM_template(benchmark::State& state) {
  for (auto _ : state) allocate(kCount);
}
BENCHMARK_TEMPLATE(BM_template, 2);

class Fixture : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& /*state*/) override { allocate(100); }
  void TearDown(const benchmark::State& /*state*/) override { allocate(100); }
};
BENCHMARK_F(Fixture, method_3)(benchmark::State& state) {
  for (auto _ : state) allocate(3);
}

void BM_pauses_2(benchmark::State& state) {
  for (auto _ : state) {
    allocate(1);
    state.PauseTiming();
    allocate(50);
    state.ResumeTiming();
    allocate(1);
  }
}
BENCHMARK(BM_pauses_2)->Iterations(1000);

void BM_manual_1(benchmark::State& state) {
  for (auto _ : state) {
    allocate(1);
    state.SetIterationTime(1e-5);
  }
}
BENCHMARK(BM_manual_1)->UseManualTime();

void BM_threads_2(benchmark::State& state) {
  for (auto _ : state) allocate(2);
}
BENCHMARK(BM_threads_2)->Threads(8)->Iterations(500);
BENCHMARK(BM_threads_2)->Name("BM_real_threads_2")->ThreadRange(1, 2)->UseRealTime();

void BM_repetitions_1(benchmark::State& state) {
  for (auto _ : state) allocate(1);
}
BENCHMARK(BM_repetitions_1)->Repetitions(3);

void BM_keep_running_1(benchmark::State& state) {
  while (state.KeepRunning()) allocate(1);
}
BENCHMARK(BM_keep_running_1);

void BM_keep_running_batch_1(benchmark::State& state) {
  while (state.KeepRunningBatch(100)) allocate(100);
}
BENCHMARK(BM_keep_running_batch_1);

void BM_skipped(benchmark::State& state) {
  for (auto _ : state) {
    allocate(5);
    state.SkipWithError("this is wrong");
    break;
  }
}
BENCHMARK(BM_skipped);

void BM_skipped_at_once(benchmark::State& state) {
  state.SkipWithError("nothing to do");
  for (auto _ : state) allocate(5);
}
BENCHMARK(BM_skipped_at_once);

void BM_label_1(benchmark::State& state) {
  for (auto _ : state) allocate(1);
  state.SetLabel("a label that is too long to be kept without an allocation of its own");
  state.counters["a counter with a long name too"] = 3;
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_label_1);

void BM_complexity(benchmark::State& state) {
  for (auto _ : state) allocate(state.range(0));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_complexity)->Arg(1)->Arg(2)->Complexity(benchmark::oN);

// One allocation in every eighth iteration.
void BM_every_eighth(benchmark::State& state) {
  int64_t turn = 0;
  for (auto _ : state) allocate(turn++ % 8 == 0 ? 1 : 0);
}
BENCHMARK(BM_every_eighth)->Iterations(800);

class Counting : public benchmark::MemoryManager {
 public:
  void Start() override { before_ = g_allocations; }
  void Stop(Result* result) override {
    result->num_allocs = g_allocations - before_;
    result->max_bytes_used = 40;
  }

 private:
  int64_t before_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::RegisterBenchmark("registered/lambda_4", [](benchmark::State& state) {
    for (auto _ : state) allocate(4);
  });
  Counting counting;
  if (std::getenv("GBENCH_MEMORY_MANAGER")) benchmark::RegisterMemoryManager(&counting);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
