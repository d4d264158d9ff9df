#include "report/harness/batch_runs.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

constexpr uint64_t kMemoryIterations = 16;  // at most, unless the loop takes more at a time

// A clock that is read a little earlier, and one that runs a little differently.
constexpr double kClockShare = 0.02;
constexpr double kClockNanoseconds = 20'000;

bool has(const BenchmarkRepetition& repetition, const Supposition& supposition) {
  return repetition.memory_run || (!repetition.iterations && supposition.untold_memory_runs);
}

}  // namespace

std::optional<uint64_t> BatchRuns::run_at(size_t begin, uint64_t threads) const {
  count_work(threads);
  if (threads > size() || begin > size() - threads) return std::nullopt;
  uint64_t sum = batches_[begin].iterations;
  if (threads == 1) return sum;
  std::vector<uint32_t> ordinals = {batches_[begin].thread};
  for (size_t at = begin + 1; at < begin + threads; ++at) {
    saturating_add_to(sum, batches_[at].iterations);
    ordinals.push_back(batches_[at].thread);
  }
  std::sort(ordinals.begin(), ordinals.end());
  if (std::adjacent_find(ordinals.begin(), ordinals.end()) != ordinals.end()) return std::nullopt;
  return sum;
}

size_t BatchRuns::repetition_size(const Benchmark& benchmark, size_t repetition) const {
  return benchmark.threads + (has(benchmark.repetitions[repetition], supposition_) ? 1 : 0) +
         (supposition_.profiler == Supposition::Profiler::kNone ? 0 : 1);
}

bool BatchRuns::repetition_at(size_t begin, const Benchmark& benchmark, size_t repetition) const {
  const BenchmarkRepetition& one = benchmark.repetitions[repetition];
  const std::optional<uint64_t> run = run_at(begin, benchmark.threads);
  if (!run || (one.iterations && *run != *one.iterations)) return false;
  if (repetition_size(benchmark, repetition) > size() - begin) return false;
  const uint64_t each = *run / benchmark.threads;
  size_t at = begin + benchmark.threads;
  if (has(one, supposition_)) {
    const uint64_t iterations = batches_[at++].iterations;
    if (iterations > each || iterations < std::min(kMemoryIterations, each)) return false;
  }
  switch (supposition_.profiler) {
    case Supposition::Profiler::kNone:
      break;
    case Supposition::Profiler::kOneIteration:  // or one turn of a loop that takes several at a time
      if (batches_[at].iterations > each) return false;
      break;
    case Supposition::Profiler::kSameIterations:
      if (batches_[at].iterations != each) return false;
      break;
  }
  return !decider_.times || takes_as_long(begin, benchmark, one);
}

// Threads: up to 1.8 Google Benchmark's time is the mean of the threads' times divided by all iterations, from 1.9 on
// by those of one thread; the smaller of the two is the one to hold it to.
bool BatchRuns::takes_as_long(size_t begin, const Benchmark& benchmark, const BenchmarkRepetition& repetition) const {
  if (!repetition.real_ns || !repetition.iterations || benchmark.manual_time) return true;
  const double said = *repetition.real_ns * static_cast<double>(*repetition.iterations);
  const auto threads = static_cast<double>(benchmark.threads);
  double taken = 0;
  for (size_t at = begin; at < begin + benchmark.threads; ++at) taken += batches_[at].nanoseconds / threads;
  return taken == 0 || said / threads <= taken * (1 + kClockShare) + kClockNanoseconds;
}

std::vector<size_t> BatchRuns::beginnings(size_t measured, const Benchmark& benchmark) const {
  const uint64_t threads = benchmark.threads;
  // The run that ends at `end`, if it has fewer iterations than the one after it.
  const auto smaller = [&](size_t end, uint64_t than, bool stalls = false) -> std::optional<uint64_t> {
    if (end < threads) return std::nullopt;
    const std::optional<uint64_t> run = run_at(end - threads, threads);
    const bool fits = run && (*run < than || (stalls && *run == than));
    return fits ? run : std::nullopt;
  };
  std::vector<size_t> found = {measured};
  std::vector<uint64_t> first = {run_at(measured, threads).value_or(0)};  // iterations of the run that begins there
  while (found.size() < kLongestCalibration) {
    // What was measured is more than what was not enough.
    const bool stalls = supposition_.stalls && found.size() > 1;
    const std::optional<uint64_t> run = smaller(found.back(), first.back(), stalls);
    if (!run) break;
    found.push_back(found.back() - threads);
    first.push_back(*run);
  }
  if (!supposition_.warmup) return found;
  // A warm-up grows as the calibration does, and begins with the same number.
  const size_t calibrations = found.size();
  for (size_t place = 0; place < calibrations; ++place) {
    size_t at = found[place];
    uint64_t last = UINT64_MAX;
    for (size_t runs = 0; runs < kLongestCalibration; ++runs) {
      const std::optional<uint64_t> run = smaller(at, last);
      if (!run || *run < first[place]) break;
      at -= threads;
      last = *run;
      if (*run == first[place]) {
        found.push_back(at);
        break;
      }
    }
  }
  std::sort(found.rbegin(), found.rend());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool BatchRuns::begins_at(size_t begin, const Benchmark& benchmark) const {
  // One whose iterations are given in the program has no calibration.
  if (!decider_.begins || begin < benchmark.threads || benchmark.name.find("/iterations:") != std::string::npos) {
    return true;
  }
  const std::optional<uint64_t> first = run_at(begin, benchmark.threads);
  const std::optional<uint64_t> before = run_at(begin - benchmark.threads, benchmark.threads);
  return first == benchmark.threads || !before || *before >= *first ||
         batches_[begin - 1].caller != batches_[begin].caller;
}

bool BatchRuns::one_caller(size_t begin, size_t end) const {
  if (!decider_.callers || begin == end) return true;
  count_work(end - begin);
  return std::all_of(batches_.begin() + static_cast<std::ptrdiff_t>(begin),
                     batches_.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](const Batch& one) { return one.caller == batches_[begin].caller; });
}

}  // namespace mallocop::report
