// Runs of benchmarks in a list of batches: what both ways of matching ask. A position is the number of batches before
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "report/harness/match.h"

namespace mallocop::report {

// What else there may be beside calibration and measured runs. It is not in the output, so each is tried, and the first
// that fits counts.
struct Supposition {
  enum class Profiler { kNone, kOneIteration, kSameIterations };
  bool warmup = false;  // benchmarks may have a warm-up of their own
  Profiler profiler = Profiler::kNone;
  bool stalls = false;  // up to 1.6: a loop that takes several at a time may do as many in two runs of a calibration
  bool untold_memory_runs = false;  // benchmarks of which only the mean is told have runs for a MemoryManager
  bool earlier = false;             // batches before the first benchmark's are of runs whose output was written over
};

// What decides between several ways that fit.
struct Decider {
  bool callers = false;  // all batches of a benchmark are run by one function
  bool times = false;    // a measured batch takes at least as long as the benchmark says
  // A calibration begins with one iteration, or with as many as the loop takes at a time: what its function ran just
  // before, with fewer, is of it too.
  bool begins = false;
};

class BatchRuns {
 public:
  BatchRuns(const std::vector<Batch>& batches, const Supposition& supposition, const Decider& decider)
      : batches_(batches), supposition_(supposition), decider_(decider) {}

  size_t size() const { return batches_.size(); }

  // Iterations of the run of `threads` batches at `begin`; nothing if it is none: too few, or two of one thread.
  std::optional<uint64_t> run_at(size_t begin, uint64_t threads) const;

  // Batches of a repetition: the measured run and those that follow it.
  size_t repetition_size(const Benchmark& benchmark, size_t repetition) const;
  // Whether this repetition may begin there.
  bool repetition_at(size_t begin, const Benchmark& benchmark, size_t repetition) const;

  // Where the calibration of a benchmark may begin whose first measured run begins at `measured`, the latest first.
  std::vector<size_t> beginnings(size_t measured, const Benchmark& benchmark) const;
  // Whether one may begin there, as far as the decider asks.
  bool begins_at(size_t begin, const Benchmark& benchmark) const;

  // Whether the batches from `begin` to `end`, or two batches, may be of one benchmark, as far as the decider asks.
  bool one_caller(size_t begin, size_t end) const;
  bool same_caller(size_t one, size_t other) const {
    return !decider_.callers || batches_[one].caller == batches_[other].caller;
  }

  // Beyond this the search would take too long; runs that anybody made are far below.
  bool exhausted() const { return work_ > kMostWork; }
  void count_work(uint64_t steps) const { work_ += steps; }

 private:
  static constexpr uint64_t kMostWork = 10'000'000;
  static constexpr size_t kLongestCalibration = 256;  // runs; each has at least 1.4 times the iterations of the last

  bool takes_as_long(size_t begin, const Benchmark& benchmark, const BenchmarkRepetition& repetition) const;

  const std::vector<Batch>& batches_;
  Supposition supposition_;
  Decider decider_;
  mutable uint64_t work_ = 0;
};

struct SearchResult {
  enum class Kind { kNone, kOne, kSeveral, kExhausted };
  Kind kind = Kind::kNone;
  size_t place = 0;                // kNone, kSeveral: the benchmark at which it is seen
  std::vector<size_t> benchmarks;  // kOne: of each measured batch, the benchmark …
  std::vector<size_t> positions;   // … and the batch
};

// Benchmarks one after the other (match_sequence.cpp), and repetitions in any order (match_interleaved.cpp).
SearchResult match_sequence(const BenchmarkOutput& output, const BatchRuns& runs, bool earlier);
SearchResult match_interleaved(const BenchmarkOutput& output, const BatchRuns& runs);

}  // namespace mallocop::report
