#include "preload/ring_totals.h"

#include <algorithm>

namespace mallocop::preload {

using trace::BlockTotals;
using trace::Event;

void FoldedTotals::Sum::store(const BlockTotals& totals) {
  allocations.store(totals.allocations, std::memory_order_relaxed);
  bytes.store(totals.bytes, std::memory_order_relaxed);
  frees.store(totals.frees, std::memory_order_relaxed);
}

BlockTotals FoldedTotals::before(uint32_t window) const {
  const Sum& sum = sums_[window % 2];
  return {.allocations = sum.allocations.load(std::memory_order_relaxed),
          .bytes = sum.bytes.load(std::memory_order_relaxed),
          .frees = sum.frees.load(std::memory_order_relaxed) - frees_of_own_.load(std::memory_order_relaxed)};
}

void FoldedTotals::fold(uint32_t window, const BlockTotals& blocks) {
  BlockTotals sum = before(window);
  sum += blocks;
  sum.frees += frees_of_own_.load(std::memory_order_relaxed);
  sums_[(window + 1) % 2].store(sum);
}

void FoldedTotals::free_of_own() {
  frees_of_own_.store(frees_of_own_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void FoldedTotals::clear(uint32_t window) {
  sums_[window % 2].store({});
  frees_of_own_.store(0, std::memory_order_relaxed);
}

BlockTotals ring_totals(trace::RingChunk& ring, const FoldedTotals& folded) {
  std::atomic<uint64_t>& progress = ring.ring.progress;
  for (;;) {
    const uint64_t before = progress.load(std::memory_order_acquire);  // partner: the stores in push and fold_ring
    const uint32_t window = trace::progress_window(before);
    const auto count = std::min<uint32_t>(trace::progress_published(before), trace::kRingEvents);
    BlockTotals totals = folded.before(window);
    Event previous{};
    for (uint32_t index = 0; index < count; ++index) {
      const Event event = trace::load_event(ring.events[index]);
      totals.add(event, previous);
      previous = event;
    }
    std::atomic_thread_fence(std::memory_order_acquire);  // partner: the fence in fold_ring
    if (trace::progress_window(progress.load(std::memory_order_relaxed)) == window) return totals;
  }
}

}  // namespace mallocop::preload
