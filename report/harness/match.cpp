#include "report/harness/match.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/harness/batch_runs.h"

namespace mallocop::report {
namespace {

using Kind = SearchResult::Kind;
using Profiler = Supposition::Profiler;

// From what is always so to what is rare.
constexpr std::array kSuppositions = {
    Supposition{},
    Supposition{.warmup = true},
    Supposition{.stalls = true},
    Supposition{.untold_memory_runs = true},
    Supposition{.profiler = Profiler::kOneIteration},
    Supposition{.profiler = Profiler::kSameIterations},
    Supposition{.earlier = true},
    Supposition{.warmup = true, .earlier = true},
};
// From the surest on: on a busy machine a thread may wait before its batch begins, while the benchmark's clock runs.
constexpr std::array kDeciders = {
    Decider{.callers = true},
    Decider{.callers = true, .begins = true},
    Decider{.times = true},
    Decider{.callers = true, .times = true},
    Decider{.callers = true, .times = true, .begins = true},
};

class Matcher {
 public:
  Matcher(const BenchmarkOutput& output, const std::vector<Batch>& batches) : output_(output), batches_(batches) {
    interleaved_ = output.interleaved && std::any_of(output.benchmarks.begin(), output.benchmarks.end(),
                                                     [](const Benchmark& one) { return one.repetitions.size() > 1; });
  }

  BatchMatch match() {
    note_failures();
    SearchResult nearest;
    for (const Supposition& supposition : kSuppositions) {
      if (supposition.untold_memory_runs && !any_untold()) continue;
      if (supposition.earlier && (interleaved_ || measured() == 0)) continue;
      SearchResult found = search(supposition, {});
      if (found.kind == Kind::kNone) {
        if (found.place >= nearest.place) nearest = std::move(found);
        continue;
      }
      return settle(decide(std::move(found), supposition));
    }
    return settle(nearest);
  }

 private:
  size_t measured() const {
    return static_cast<size_t>(std::count_if(output_.benchmarks.begin(), output_.benchmarks.end(),
                                             [](const Benchmark& one) { return !one.failed(); }));
  }
  bool any_untold() const {
    return std::any_of(output_.benchmarks.begin(), output_.benchmarks.end(),
                       [](const Benchmark& one) { return !one.repetitions.empty() && !one.repetitions[0].iterations; });
  }

  SearchResult search(const Supposition& supposition, const Decider& decider) const {
    const BatchRuns runs(batches_, supposition, decider);
    return interleaved_ ? match_interleaved(output_, runs) : match_sequence(output_, runs, supposition.earlier);
  }

  SearchResult decide(SearchResult found, const Supposition& supposition) {
    for (const Decider& decider : kDeciders) {
      if (found.kind == Kind::kOne) break;
      SearchResult decided = search(supposition, decider);
      if (decided.kind == Kind::kOne) found = std::move(decided);
    }
    if (found.kind == Kind::kOne && supposition.earlier) note_earlier(found);
    return found;
  }

  BatchMatch settle(const SearchResult& found) {
    match_.benchmark.resize(batches_.size());
    if (found.kind == Kind::kOne) {
      for (size_t i = 0; i < found.positions.size(); ++i) match_.benchmark[found.positions[i]] = found.benchmarks[i];
      return std::move(match_);
    }
    match_.problem = problem_of(found);
    return std::move(match_);
  }

  std::string problem_of(const SearchResult& found) const {
    if (found.place >= output_.benchmarks.size()) {
      return fmt::format("Google Benchmark's output names no benchmark, but {} batches were run", batches_.size());
    }
    const Benchmark& benchmark = output_.benchmarks[found.place];
    if (found.kind == Kind::kNone) {
      return fmt::format("the batches that were run do not fit Google Benchmark's output, from benchmark \"{}\" on",
                         benchmark.name);
    }
    return fmt::format(
        "which batches belong to benchmark \"{}\" cannot be told: more than one way fits Google Benchmark's output{}",
        benchmark.name, interleaved_ ? "; run it without --benchmark_enable_random_interleaving" : "");
  }

  void note_failures() {
    for (const Benchmark& benchmark : output_.benchmarks) {
      if (!benchmark.failed()) continue;
      match_.notes.push_back(fmt::format("benchmark \"{}\" was skipped or reported an error{}{}; it is left out",
                                         benchmark.name, benchmark.problem.empty() ? "" : ": ", benchmark.problem));
    }
  }

  void note_earlier(const SearchResult& found) {
    // The calibration of the first benchmark is its own; a piece that is not is told by the caller's count only.
    const size_t first = *std::min_element(found.positions.begin(), found.positions.end());
    match_.notes.push_back(fmt::format(
        "Google Benchmark's output was written over by a later run of its benchmarks: of the {} batches before "
        "its first measured one, some may be of benchmarks that it does not name",
        first));
  }

  const BenchmarkOutput& output_;
  const std::vector<Batch>& batches_;
  bool interleaved_ = false;
  BatchMatch match_;
};

}  // namespace

BatchMatch match_batches(const BenchmarkOutput& output, const std::vector<Batch>& batches) {
  return Matcher(output, batches).match();
}

}  // namespace mallocop::report
