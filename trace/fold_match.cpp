// Pass 1 of the fold: which blocks are allocated and freed inside the window by the same thread.
#include "trace/fold_scratch.h"

namespace mallocop::trace {

void match_blocks(const Event* events, uint32_t count, FoldScratch& scratch) {
  scratch.blocks.clear();
  std::memset(scratch.partner, 0, count * sizeof scratch.partner[0]);

  const auto slot_of = [&](uint64_t address) {
    return scratch.blocks.find(spread(address >> 4),
                               [&](uint32_t index) { return events[index].address() == address; });
  };
  const auto match = [&](uint32_t allocation, uint32_t free) {
    scratch.partner[allocation] = static_cast<uint16_t>(free + 1);
    scratch.partner[free] = static_cast<uint16_t>(allocation + 1);
  };

  // The latest allocation stays out of the table until another one follows: a block that is freed at once, the most
  // common kind, is matched without touching the table.
  uint32_t latest = kNoRow;
  for (uint32_t index = 0; index < count; ++index) {
    const Event& event = events[index];
    switch (event.kind()) {
      case EventKind::kAlloc:
      case EventKind::kReallocAlloc:
        if (latest != kNoRow) scratch.blocks.set(slot_of(events[latest].address()), latest);
        latest = index;
        break;
      case EventKind::kFree:
      case EventKind::kReallocFree: {
        if (!event.is_proved()) break;
        if (latest != kNoRow && events[latest].address() == event.address()) {
          match(latest, index);
          latest = kNoRow;
          break;
        }
        // An allocation that is matched already was freed before: this free is of a block from elsewhere.
        const uint32_t allocation = scratch.blocks.value(slot_of(event.address()));
        if (allocation != scratch.blocks.kNone && scratch.partner[allocation] == 0) match(allocation, index);
        break;
      }
      default:
        break;
    }
  }
}

}  // namespace mallocop::trace
