// What Google Benchmark writes about a run (--benchmark_out, JSON), as far as it tells which batches it measured.
//
// Known are the outputs of 1.5 to 1.9. One benchmark is one instance: a function with its arguments and threads. Each
// of its repetitions is an entry of the output, or, with --benchmark_report_aggregates_only, none is: then only their
// mean is there, and how often each iterated is not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

struct BenchmarkRepetition {
  std::optional<uint64_t> iterations;  // of all threads; none: not told
  std::optional<double> real_ns;       // per iteration
  std::optional<double> cpu_ns;
  bool failed = false;      // the benchmark reported an error or skipped itself: its figures mean nothing
  bool memory_run = false;  // followed by a run of its own for a MemoryManager
};

struct Benchmark {
  std::string name;  // as it prints it: BM_Parse/64, BM_Parse/64/threads:8
  uint64_t threads = 1;
  bool manual_time = false;  // real_ns is what the benchmark said, and no clock
  std::vector<BenchmarkRepetition> repetitions;
  std::string problem;              // of the first repetition that failed: what it said
  std::optional<HarnessTime> mean;  // where the repetitions are not told

  bool failed() const;
  // Its own figure for an iteration: the mean over the repetitions.
  std::optional<HarnessTime> time() const;
};

struct BenchmarkOutput {
  std::vector<Benchmark> benchmarks;  // in the order in which they were finished
  bool interleaved = false;           // --benchmark_enable_random_interleaving
};

inline constexpr size_t kMostBenchmarkEntries = 100000;
inline constexpr size_t kLongestBenchmarkName = 1024;  // bytes

// The text is not trusted. Nothing: it is no such output, or is cut; `problem` says what is wrong with it.
std::optional<BenchmarkOutput> parse_benchmark_output(std::string_view json, std::string& problem);

// The same output with nothing in it but what parse_benchmark_output() looks at: what a trace keeps.
std::string write_benchmark_output(const BenchmarkOutput& output);

}  // namespace mallocop::report
