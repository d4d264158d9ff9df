// Repetitions in any order (--benchmark_enable_random_interleaving). The first repetition of a benchmark brings its
// calibration along, the others are one run each. The output has the benchmarks in the order in which their last
// repetition ended. All ways are tried, until there are two.
#include <algorithm>

#include "report/harness/batch_runs.h"

namespace mallocop::report {
namespace {

using Kind = SearchResult::Kind;

constexpr size_t kMostRepetitions = 4096;  // the search goes as deep
constexpr size_t kLongestPiece = 64;       // runs of warm-up and calibration

class Interleaved {
 public:
  Interleaved(const BenchmarkOutput& output, const BatchRuns& runs)
      : output_(output), runs_(runs), done_(output.benchmarks.size()), callers_(output.benchmarks.size()) {}

  SearchResult search() {
    size_t repetitions = 0;
    for (size_t index = 0; index < output_.benchmarks.size(); ++index) {
      const Benchmark& benchmark = output_.benchmarks[index];
      repetitions += benchmark.repetitions.size();
      const bool told = std::all_of(benchmark.repetitions.begin(), benchmark.repetitions.end(),
                                    [](const BenchmarkRepetition& one) { return one.iterations.has_value(); });
      // How far one that failed went cannot be told among others.
      if (benchmark.failed() || !told) return {Kind::kSeveral, index, {}, {}};
    }
    if (repetitions > kMostRepetitions) return {Kind::kExhausted, 0, {}, {}};
    extend(0, 0);
    if (runs_.exhausted()) return {Kind::kExhausted, 0, {}, {}};
    if (solutions_ == 0) return {Kind::kNone, furthest_, {}, {}};
    if (solutions_ > 1) return {Kind::kSeveral, undecided_, {}, {}};
    SearchResult result{Kind::kOne, 0, {}, {}};
    for (const auto& [position, index] : solution_) {
      result.positions.push_back(position);
      result.benchmarks.push_back(index);
    }
    return result;
  }

 private:
  bool enough() const { return solutions_ > 1 || runs_.exhausted(); }

  // `finished`: benchmarks, in the order of the output, that are known to have all their repetitions.
  void extend(size_t at, size_t finished) {
    while (finished < done_.size() && done_[finished] == output_.benchmarks[finished].repetitions.size()) ++finished;
    furthest_ = std::max(furthest_, std::min(finished, done_.size() - 1));
    if (at == runs_.size()) {
      if (finished == done_.size()) keep();
      return;
    }
    for (size_t index = finished; index < done_.size() && !enough(); ++index) {
      const Benchmark& benchmark = output_.benchmarks[index];
      if (done_[index] == benchmark.repetitions.size()) continue;
      // Its last repetition may only come when those before it in the output have had theirs.
      if (done_[index] + 1 == benchmark.repetitions.size() && index != finished) continue;
      if (done_[index] > 0) {
        place(index, at, at, finished);
      } else {
        begin(index, at, finished);
      }
    }
  }

  void begin(size_t index, size_t at, size_t finished) {
    const Benchmark& benchmark = output_.benchmarks[index];
    for (size_t run = 0; run < kLongestPiece && !enough(); ++run) {
      const size_t measured = at + run * benchmark.threads;
      if (measured >= runs_.size()) return;
      if (!runs_.repetition_at(measured, benchmark, 0)) continue;
      const std::vector<size_t> beginnings = runs_.beginnings(measured, benchmark);
      if (std::find(beginnings.begin(), beginnings.end(), at) != beginnings.end()) place(index, at, measured, finished);
    }
  }

  // The benchmark's next repetition, measured at `measured`, with its calibration from `at` on.
  void place(size_t index, size_t at, size_t measured, size_t finished) {
    const Benchmark& benchmark = output_.benchmarks[index];
    const size_t repetition = done_[index];
    if (!runs_.repetition_at(measured, benchmark, repetition)) return;
    const size_t end = measured + runs_.repetition_size(benchmark, repetition);
    if (!runs_.one_caller(at, end)) return;
    if (repetition > 0 && !runs_.same_caller(callers_[index], measured)) return;
    if (repetition == 0) callers_[index] = measured;
    for (size_t one = measured; one < measured + benchmark.threads; ++one) path_.emplace_back(one, index);
    ++done_[index];
    extend(end, finished);
    --done_[index];
    path_.resize(path_.size() - benchmark.threads);
  }

  // Ways that differ in which repetition is which are one: an operation is all of them.
  void keep() {
    if (solutions_ == 0) {
      solution_ = path_;
      solutions_ = 1;
      return;
    }
    if (path_ == solution_) return;
    for (size_t i = 0; i < path_.size() && i < solution_.size(); ++i) {
      if (path_[i] == solution_[i]) continue;
      undecided_ = path_[i].second;
      break;
    }
    ++solutions_;
  }

  const BenchmarkOutput& output_;
  const BatchRuns& runs_;
  std::vector<size_t> done_;                     // repetitions placed, by benchmark
  std::vector<size_t> callers_;                  // a batch of each
  std::vector<std::pair<size_t, size_t>> path_;  // (batch, benchmark), in order
  std::vector<std::pair<size_t, size_t>> solution_;
  unsigned solutions_ = 0;
  size_t furthest_ = 0;
  size_t undecided_ = 0;
};

}  // namespace

SearchResult match_interleaved(const BenchmarkOutput& output, const BatchRuns& runs) {
  return Interleaved(output, runs).search();
}

}  // namespace mallocop::report
