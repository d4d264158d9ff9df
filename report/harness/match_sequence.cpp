// Benchmarks that ran one after the other. For each in turn: at which positions its last batch may lie, given where the
// one before may have ended, and in how many ways. A measured run is known by its benchmark's end, so two ways to
// arrive at all the ends are two matches, and two beginnings of a calibration are not.
#include <algorithm>
#include <map>

#include "report/harness/batch_runs.h"

namespace mallocop::report {
namespace {

using Kind = SearchResult::Kind;

constexpr size_t kLongestPiece = 512;  // runs of warm-up and calibration
constexpr uint64_t kWorkOfAnEnd = 20;  // it takes memory, too

struct Way {
  unsigned count = 0;   // 2: two or more
  size_t previous = 0;  // one of the ends of the benchmark before
};
using Ends = std::map<size_t, Way>;  // by position behind the last batch

class Sequence {
 public:
  Sequence(const BenchmarkOutput& output, const BatchRuns& runs, bool earlier) : output_(output), runs_(runs) {
    gap_ = earlier;
    for (size_t index = 0; index < output.benchmarks.size(); ++index) {
      if (output.benchmarks[index].failed()) continue;
      measured_.push_back(index);
    }
  }

  SearchResult search() {
    ends_.push_back({{0, {1, 0}}});
    size_t next = 0;
    for (const size_t index : measured_) {
      for (; next < index; ++next) gap_ = true;  // one that failed ran as long as it could
      ++next;
      ends_.push_back(ends_of(output_.benchmarks[index]));
      if (runs_.exhausted()) return {Kind::kExhausted, index, {}, {}};
      if (ends_.back().empty()) return {Kind::kNone, index, {}, {}};
      gap_ = false;
    }
    gap_ = gap_ || next < output_.benchmarks.size();
    return settle();
  }

 private:
  size_t size_of(const Benchmark& benchmark) const {
    size_t size = 0;
    for (size_t one = 0; one < benchmark.repetitions.size(); ++one) size += runs_.repetition_size(benchmark, one);
    return size;
  }

  // Whether all repetitions stand from `begin` on. Where the output does not tell iterations, all have as many.
  bool repetitions_at(size_t begin, const Benchmark& benchmark) const {
    const std::optional<uint64_t> first = runs_.run_at(begin, benchmark.threads);
    for (size_t one = 0; one < benchmark.repetitions.size(); ++one) {
      if (!runs_.repetition_at(begin, benchmark, one)) return false;
      if (!benchmark.repetitions[one].iterations && runs_.run_at(begin, benchmark.threads) != first) return false;
      begin += runs_.repetition_size(benchmark, one);
    }
    return true;
  }

  Ends ends_of(const Benchmark& benchmark) {
    Ends found;
    const size_t size = size_of(benchmark);
    if (size > runs_.size()) return found;
    const Ends& before = ends_.back();
    if (gap_) {
      auto next = before.begin();
      Way ways;  // to all the ends that are not behind `measured`
      for (size_t measured = next->first; measured + size <= runs_.size() && !runs_.exhausted(); ++measured) {
        for (; next != before.end() && next->first <= measured; ++next) {
          ways = {std::min(2U, ways.count + next->second.count), next->first};
        }
        if (!repetitions_at(measured, benchmark) || !runs_.one_caller(measured, measured + size)) continue;
        add(found, measured + size, ways.previous, ways);
      }
      return found;
    }
    for (const auto& [end, way] : before) {
      for (size_t run = 0; run < kLongestPiece && !runs_.exhausted(); ++run) {
        const size_t measured = end + run * benchmark.threads;
        if (measured + size > runs_.size()) break;
        if (!repetitions_at(measured, benchmark)) continue;
        const std::vector<size_t> beginnings = runs_.beginnings(measured, benchmark);
        if (std::find(beginnings.begin(), beginnings.end(), end) == beginnings.end()) continue;
        if (runs_.one_caller(end, measured + size) && runs_.begins_at(end, benchmark))
          add(found, measured + size, end, way);
      }
    }
    return found;
  }

  void add(Ends& ends, size_t end, size_t previous, const Way& way) const {
    runs_.count_work(kWorkOfAnEnd);
    Way& here = ends[end];
    here.count = std::min(2U, here.count + way.count);
    here.previous = previous;
  }

  // The last benchmark ends with the last batch, unless one that failed came after it.
  SearchResult settle() const {
    const Ends& last = ends_.back();
    unsigned count = 0;
    size_t end = 0;
    for (const auto& [position, way] : last) {
      if (!gap_ && position != runs_.size()) continue;
      count = std::min(2U, count + way.count);
      end = position;
    }
    const size_t last_index = measured_.empty() ? 0 : measured_.back();
    if (count == 0) return {Kind::kNone, last_index, {}, {}};
    if (count > 1) return {Kind::kSeveral, undecided(), {}, {}};
    SearchResult result;
    result.kind = Kind::kOne;
    for (size_t place = measured_.size(); place > 0; --place) {
      take(result, measured_[place - 1], end);
      end = ends_[place].at(end).previous;
    }
    return result;
  }

  void take(SearchResult& result, size_t index, size_t end) const {
    const Benchmark& benchmark = output_.benchmarks[index];
    size_t begin = end - size_of(benchmark);
    for (size_t one = 0; one < benchmark.repetitions.size(); ++one) {
      for (size_t at = begin; at < begin + benchmark.threads; ++at) {
        result.benchmarks.push_back(index);
        result.positions.push_back(at);
      }
      begin += runs_.repetition_size(benchmark, one);
    }
  }

  size_t undecided() const {
    for (size_t place = 0; place < measured_.size(); ++place) {
      if (ends_[place + 1].size() > 1) return measured_[place];
    }
    return measured_.empty() ? 0 : measured_.back();
  }

  const BenchmarkOutput& output_;
  const BatchRuns& runs_;
  bool gap_ = false;              // batches may stand before the next benchmark that are of none
  std::vector<size_t> measured_;  // benchmarks that did not fail
  std::vector<Ends> ends_;        // ends_[n]: of the n-th of them, counted from 1
};

}  // namespace

SearchResult match_sequence(const BenchmarkOutput& output, const BatchRuns& runs, bool earlier) {
  return Sequence(output, runs, earlier).search();
}

}  // namespace mallocop::report
