// When, over the calls of its operation, a site allocates.
//
// Only measured calls are looked at: those that a warm-up leaves out, and those that never ended, are not. In order of
// precedence:
//   every-op          every call allocates here;
//   first-op-only     in each thread, the calls that allocate here come before all that do not: the first call, or the
//                     first few (at most kFewCalls, and at most half of the thread's calls). Also a site that
//                     allocated only in the calls that the warm-up left out;
//   amortised-growth  at most half of the calls allocate here and, in every thread where they are not only the first
//                     few, either the gaps between them grow (the later half of the gaps is at least 1.5 times as wide
//                     on average as the earlier half, from three calls on) or the sizes do (from three calls on, never
//                     smaller than the one before, and the last at least twice the first);
//   some-ops          anything else;
//   outside-ops       the site belongs to no operation.
// Inside a batch (a call that stands for many iterations) the order is not known: a batch that allocates here less
// often than it has iterations counts as growth if the site's sizes grow by a factor of four or a realloc made them.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "report/model/profile.h"
#include "report/trace/site_table.h"

namespace mallocop::report {

// `repeat` calls in a row, each of `iterations`, that allocated alike at a site.
struct CallRun {
  uint32_t thread = 0;    // ordinal
  uint64_t position = 0;  // iterations of the operation that this thread did before it
  uint64_t repeat = 1;
  uint64_t iterations = 1;
};

class PatternTracker {
 public:
  static constexpr uint64_t kFewCalls = 16;

  // Each call of the run allocated `allocations` times (not 0) at `site`, `bytes` in all.
  void add(SiteNumber site, const CallRun& run, uint64_t allocations, uint64_t bytes);
  // The site allocated in a call that the warm-up leaves out.
  void add_warmup(SiteNumber site);

  // Of how many measured calls (iterations) it is known that they allocate at the site; of a batch, at most as many
  // as it allocated blocks.
  uint64_t calls_of(SiteNumber site) const;

  // `threads`: how many measured calls each thread made of the site's operation; `calls`: their sum.
  Pattern pattern_of(SiteNumber site, const SiteCounts& counts, uint64_t calls,
                     const std::unordered_map<uint32_t, uint64_t>& threads) const;

 private:
  static constexpr size_t kMaxPositions = 64;  // more allocating calls than that are no doubling growth

  // What a thread's calls did at a site.
  struct Use {
    uint64_t calls = 0;
    bool prefix = true;         // all of them came before any call that did not allocate here
    bool batch = false;         // some stand for more iterations than they allocated blocks
    bool never_shrinks = true;  // bytes per allocation, from call to call
    uint64_t first_size = 0;
    uint64_t last_size = 0;
    uint64_t end = 0;   // position after the last of them
    uint64_t runs = 0;  // allocating calls, batches counted once
    std::vector<uint64_t> positions;
  };
  struct Track {
    std::unordered_map<uint32_t, Use> threads;  // by ordinal
    bool warmup = false;
  };

  Use& use_of(SiteNumber site, uint32_t thread);
  static bool only_first(const Use& use, uint64_t calls_of_thread);
  static bool grows(const Use& use, const SiteCounts& counts);

  std::vector<Track> tracks_;  // by SiteNumber
};

}  // namespace mallocop::report
