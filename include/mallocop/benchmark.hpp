// Google Benchmark counts allocations by mallocop: a benchmark::MemoryManager for libbenchmark 1.5 and later.
//
//     MALLOCOP_BENCHMARK_MAIN();          in place of BENCHMARK_MAIN();
//
// or, in a main() of one's own, before benchmark::RunSpecifiedBenchmarks():
//
//     mallocop::register_memory_manager();
//
// Run under the shim, the JSON output (--benchmark_format=json) has for each benchmark
//   allocs_per_iter         of all threads, in the run of up to 16 iterations that the library makes for it. Exact;
//   what
//                           the library itself allocates around that run, a few blocks, is in it
//   total_allocated_bytes   the same of requested bytes (since 1.7)
//   max_bytes_used, net_heap_growth   0 where nothing was allocated or freed; else -1 and left out: they are not known
//                           here, but in the report of `mallocop run`
// Without the shim nothing is registered, and one line on standard error says so.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <limits>

#include "mallocop/mallocop.h"

namespace mallocop {

class MemoryManager : public benchmark::MemoryManager {
 public:
  void Start() { before_ = mallocop_process_totals(); }

  // Releases have one of these or both, and each overrides what is there; hence no `override`.
  void Stop(Result* result) { stop(*result); }
  void Stop(Result& result) { stop(result); }

 private:
  void stop(Result& result) const {
    const mallocop_totals after = mallocop_process_totals();
    if (!mallocop_recording() || after.allocations < before_.allocations) {
      std::fputs("mallocop: recording has stopped; the figures of this benchmark mean nothing\n", stderr);
      result.num_allocs = result.max_bytes_used = std::numeric_limits<int64_t>::max();
      return;
    }
    const bool idle = after.allocations == before_.allocations && after.frees == before_.frees;
    result.num_allocs = static_cast<int64_t>(after.allocations - before_.allocations);
    result.max_bytes_used = idle ? 0 : -1;
    set_bytes(result, static_cast<int64_t>(after.bytes - before_.bytes), idle, 0);
  }

  // Since 1.7.
  template <class R>
  static auto set_bytes(R& result, int64_t bytes, bool idle, int) -> decltype(result.total_allocated_bytes, void()) {
    result.total_allocated_bytes = bytes;
    if (idle) result.net_heap_growth = 0;
  }
  template <class R>
  static void set_bytes(R&, int64_t, bool, long) {}

  mallocop_totals before_ = {0, 0, 0};
};

// False, and nothing is registered, if nothing would be counted.
inline bool register_memory_manager() {
  if (!mallocop_recording()) {
    static bool said = false;
    if (!said)
      std::fputs(
          "mallocop: libmallocop.so is not preloaded, so no allocations are reported; run: mallocop run -- COMMAND\n",
          stderr);
    said = true;
    return false;
  }
  static MemoryManager manager;
  benchmark::RegisterMemoryManager(&manager);
  return true;
}

}  // namespace mallocop

// As BENCHMARK_MAIN(), which it stands in for.
#define MALLOCOP_BENCHMARK_MAIN()                                       \
  int main(int argc, char** argv) {                                     \
    ::benchmark::Initialize(&argc, argv);                               \
    if (::benchmark::ReportUnrecognizedArguments(argc, argv)) return 1; \
    ::mallocop::register_memory_manager();                              \
    ::benchmark::RunSpecifiedBenchmarks();                              \
    return 0;                                                           \
  }                                                                     \
  int main(int, char**)
