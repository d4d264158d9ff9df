// Which batches are those that Google Benchmark reports: its output against the batches that were seen.
//
// It runs each benchmark with growing numbers of iterations until one run takes long enough; that one is reported, and
// the repetitions after it use the same number. All else is calibration. So the batches, in the order in which they
// ended, must fall into one piece for each benchmark, in the order of the output:
//
//   [warm-up: growing numbers] [calibration: growing numbers] (measured [run for a MemoryManager] [for a profiler])+
//
// where a run is one batch in each of the benchmark's threads. Every piece must fit and none may be left over. If more
// than one way fits, who called the batches, how long they took and with how many iterations calibrations begin decides
// between them; where that does not, nothing is matched. Nothing is guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/harness/google_benchmark.h"

namespace mallocop::report {

struct Batch {
  uint32_t thread = 0;  // ordinal
  uint64_t iterations = 0;
  uint64_t caller = 0;     // return address in the function that ran it
  double nanoseconds = 0;  // how long it took, pauses included; 0: not known
};

struct BatchMatch {
  std::vector<std::optional<size_t>> benchmark;  // of each batch: index into the output's; none: of no measurement
  std::string problem;                           // why nothing was matched; empty if all benchmarks have their batches
  std::vector<std::string> notes;
};

// `batches` in the order in which they ended. A benchmark that failed has no batch, whatever it ran.
BatchMatch match_batches(const BenchmarkOutput& output, const std::vector<Batch>& batches);

}  // namespace mallocop::report
