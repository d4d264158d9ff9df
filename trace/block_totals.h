// How many blocks a thread's events allocated and freed. The fold says it of a window, the shim of a ring that is not
// folded yet; both mean the same. Blocks of mallocop's own are not counted as allocations; their frees cannot be told
// from others here.
#pragma once

#include <cstdint>

#include "trace/event.h"

namespace mallocop::trace {

struct BlockTotals {
  uint64_t allocations = 0;
  uint64_t bytes = 0;  // requested
  uint64_t frees = 0;

  BlockTotals& operator+=(const BlockTotals& other) {
    allocations += other.allocations;
    bytes += other.bytes;
    frees += other.frees;
    return *this;
  }
  friend bool operator==(const BlockTotals&, const BlockTotals&) = default;

  // `previous` is the event right before, which may be the escape of this one.
  void add(const Event& event, const Event& previous) {
    switch (event.kind()) {
      case EventKind::kAlloc:
        if (event.repeats() != 0) pairs(event, previous, event.repeats());
        [[fallthrough]];
      case EventKind::kReallocAlloc:
        allocated(event, previous, 1);
        break;
      case EventKind::kPair:
        pairs(event, previous, event.repeats() + 1);
        break;
      case EventKind::kFree:
      case EventKind::kReallocFree:
        ++frees;
        break;
      default:
        break;
    }
  }

 private:
  // No writer repeats a wide one.
  void pairs(const Event& event, const Event& previous, uint32_t times) {
    if (event.is_wide()) times = 1;
    allocated(event, previous, times);
    frees += times;
  }
  void allocated(const Event& event, const Event& previous, uint64_t times) {
    if (event.stack() == kToolStack) return;
    const bool escaped = event.is_wide() && previous.kind() == EventKind::kWide;
    allocations += times;
    bytes += times * (escaped ? previous.value() & Event::kAddressMask : event.size());
  }
};

}  // namespace mallocop::trace
