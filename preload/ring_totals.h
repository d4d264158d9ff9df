// What a thread allocated and freed so far, without a counter on the hot path: a fold adds up its window, and what is
// still in the ring is counted when somebody asks.
//
// Any thread may ask about any ring while its owner goes on. Why the answer is right:
//
//   - FoldedTotals has a sum of all windows before window n, in place n % 2. The fold of window n writes that of
//     n + 1 and only then stores the new window to `progress`; the place that window n needs is written again by the
//     fold of n + 1. So while `progress` says window n, its place does not change.
//   - Nor do the ring's events below `progress`, but for the last: the owner may turn it into a pair, an allocation
//     again or a call, or take it back. Each of these is one store of one word as far as the counts depend on it, and
//     what is read is what held at a moment of the reading.
//   - If `progress` says the same window afterwards, everything was read in that window: who reads a word that was
//     stored in a later one sees, after the fence, that the window is over. Then it reads again. A window lasts
//     thousands of events and the reading some microseconds, so this ends.
//
// Every word that two threads may touch is read and written atomically, without order of its own.
#pragma once

#include <atomic>
#include <cstdint>

#include "trace/block_totals.h"
#include "trace/live.h"

namespace mallocop::preload {

// Written by the ring's owner only.
class FoldedTotals {
 public:
  // `window` was folded and came to `blocks`; `progress` does not say so yet.
  void fold(uint32_t window, const trace::BlockTotals& blocks);

  // A free that the events show like any other was of a block of mallocop's own.
  void free_of_own();

  // All windows before `window`.
  trace::BlockTotals before(uint32_t window) const;

  // The ring gets another owner, and `window` is empty. Nobody may ask meanwhile.
  void clear(uint32_t window);

 private:
  struct Sum {
    std::atomic<uint64_t> allocations, bytes, frees;
    void store(const trace::BlockTotals& totals);
  };
  Sum sums_[2];
  std::atomic<uint64_t> frees_of_own_;
};

// Everything up to now. The ring's memory stays, whoever owns it.
trace::BlockTotals ring_totals(trace::RingChunk& ring, const FoldedTotals& folded);

}  // namespace mallocop::preload
