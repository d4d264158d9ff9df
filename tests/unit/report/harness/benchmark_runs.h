// Batches and outputs as Google Benchmark makes them, for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/harness/match.h"

namespace mallocop::test {

// The batches of a program, in the order in which they end. Each lasts 10 ns for each iteration.
class Runs {
 public:
  // A function that runs what follows.
  Runs& by(uint64_t caller) {
    caller_ = caller;
    return *this;
  }
  // Runs of one thread, the first, one for each number.
  Runs& of(const std::vector<uint64_t>& iterations) {
    for (const uint64_t count : iterations) add(1, count);
    return *this;
  }
  // Runs of several threads; `iterations` of each.
  Runs& threads(uint32_t threads, const std::vector<uint64_t>& iterations) {
    for (const uint64_t count : iterations) {
      for (uint32_t thread = threads; thread > 1; --thread) add(++ordinals_, count);
      add(1, count);
    }
    return *this;
  }
  Runs& add(uint32_t thread, uint64_t iterations, double nanoseconds = 0) {
    batches.push_back(
        {thread, iterations, caller_, nanoseconds == 0 ? 10 * static_cast<double>(iterations) : nanoseconds});
    return *this;
  }

  std::vector<report::Batch> batches;

 private:
  uint64_t caller_ = 0x1000;
  uint32_t ordinals_ = 1;
};

inline report::Benchmark benchmark(std::string name, const std::vector<uint64_t>& iterations, uint64_t threads = 1) {
  report::Benchmark one;
  one.name = std::move(name);
  one.threads = threads;
  for (const uint64_t count : iterations) one.repetitions.push_back({.iterations = count, .real_ns = 10, .cpu_ns = 9});
  return one;
}

inline report::Benchmark with_memory_runs(report::Benchmark one) {
  for (report::BenchmarkRepetition& repetition : one.repetitions) repetition.memory_run = true;
  return one;
}

inline report::Benchmark failed(report::Benchmark one, std::string problem) {
  one.repetitions.back().failed = true;
  one.problem = std::move(problem);
  return one;
}

// Names of the benchmarks that batches were matched with, "-" for none; or the problem.
inline std::vector<std::string> names_of(const report::BenchmarkOutput& output, const Runs& runs) {
  const report::BatchMatch match = report::match_batches(output, runs.batches);
  if (!match.problem.empty()) return {match.problem};
  std::vector<std::string> names;
  for (const auto& index : match.benchmark) names.push_back(index ? output.benchmarks[*index].name : "-");
  return names;
}

}  // namespace mallocop::test
