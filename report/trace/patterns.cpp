#include "report/trace/patterns.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {

PatternTracker::Use& PatternTracker::use_of(SiteNumber site, uint32_t thread) {
  if (tracks_.size() <= site) tracks_.resize(site + size_t{1});
  return tracks_[site].threads[thread];
}

void PatternTracker::add(SiteNumber site, const CallRun& run, uint64_t allocations, uint64_t bytes) {
  Use& use = use_of(site, run.thread);
  const uint64_t each = std::min(allocations, run.iterations);
  if (use.calls != run.position) use.prefix = false;
  if (each < run.iterations) use.batch = true;
  if (each < run.iterations && run.repeat > 1) use.prefix = false;
  saturating_add_to(use.calls, saturating_multiply(each, run.repeat));
  use.end = saturating_add(run.position, saturating_multiply(run.iterations, run.repeat));

  const uint64_t size = bytes / allocations;
  if (use.runs == 0) use.first_size = size;
  if (use.runs != 0 && size < use.last_size) use.never_shrinks = false;
  use.last_size = size;
  saturating_add_to(use.runs, run.repeat);
  for (uint64_t call = 0; call < run.repeat && use.positions.size() < kMaxPositions; ++call) {
    use.positions.push_back(saturating_add(run.position, saturating_multiply(call, run.iterations)));
  }
}

void PatternTracker::add_warmup(SiteNumber site) {
  if (tracks_.size() <= site) tracks_.resize(site + size_t{1});
  tracks_[site].warmup = true;
}

uint64_t PatternTracker::calls_of(SiteNumber site) const {
  uint64_t calls = 0;
  if (site < tracks_.size()) {
    for (const auto& [thread, use] : tracks_[site].threads) saturating_add_to(calls, use.calls);
  }
  return calls;
}

// A batch says nothing of the order inside it, so calls have to follow that do not allocate here.
bool PatternTracker::only_first(const Use& use, uint64_t calls_of_thread) {
  if (!use.prefix) return false;
  if (use.batch && use.end >= calls_of_thread) return false;
  return use.calls <= 1 || (use.calls <= kFewCalls && use.calls <= calls_of_thread / 2);
}

bool PatternTracker::grows(const Use& use, const SiteCounts& counts) {
  if (use.batch) return counts.reallocations > 0 || counts.largest / 4 >= std::max<uint64_t>(counts.smallest, 1);
  if (use.runs < 3) return false;
  if (use.never_shrinks && use.last_size / 2 >= std::max<uint64_t>(use.first_size, 1)) return true;
  if (use.runs > use.positions.size()) return false;
  const std::vector<uint64_t>& at = use.positions;
  const size_t middle = (at.size() - 1) / 2;
  const double early = static_cast<double>(at[middle] - at.front()) / static_cast<double>(middle);
  const double late = static_cast<double>(at.back() - at[middle]) / static_cast<double>(at.size() - 1 - middle);
  return late >= 1.5 * early;
}

Pattern PatternTracker::pattern_of(SiteNumber site, const SiteCounts& counts, uint64_t calls,
                                   const std::unordered_map<uint32_t, uint64_t>& threads) const {
  if (counts.operation == kOutsideNumber) return Pattern::kOutsideOps;
  const uint64_t allocating = calls_of(site);
  if (allocating == 0) {
    return site < tracks_.size() && tracks_[site].warmup ? Pattern::kFirstOpOnly : Pattern::kSomeOps;
  }
  if (allocating == calls) return Pattern::kEveryOp;
  bool all_first = true;
  bool all_grow = true;
  for (const auto& [thread, use] : tracks_[site].threads) {
    const auto made = threads.find(thread);
    const bool first = only_first(use, made == threads.end() ? 0 : made->second);
    all_first &= first;
    all_grow &= first || grows(use, counts);
  }
  if (all_first) return Pattern::kFirstOpOnly;
  return all_grow && allocating <= calls / 2 ? Pattern::kAmortisedGrowth : Pattern::kSomeOps;
}

}  // namespace mallocop::report
