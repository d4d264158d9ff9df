// Pass 1 of the fold: which blocks are allocated and freed inside the window by the same thread.
//
// Most frees say themselves which event is their partner. What they do not say, because the recorder's table had no
// room for it, is found by address.
#include "trace/fold_scratch.h"

namespace mallocop::trace {
namespace {

void match(uint32_t allocation, uint32_t free, FoldScratch& scratch) {
  scratch.partner[allocation] = static_cast<uint16_t>(free + 1);
  scratch.partner[free] = static_cast<uint16_t>(allocation + 1);
}

// Among the events that have no partner yet, each free gets the latest allocation of its address.
void match_by_address(const Event* events, uint32_t count, FoldScratch& scratch) {
  scratch.blocks.clear();
  const auto slot_of = [&](uint64_t address) {
    return scratch.blocks.find(spread(address >> 4),
                               [&](uint32_t index) { return events[index].address() == address; });
  };
  for (uint32_t index = 0; index < count; ++index) {
    if (scratch.partner[index] != 0) continue;
    const Event& event = events[index];
    if (is_allocation(event)) {
      scratch.blocks.set(slot_of(event.address()), index);
    } else if (is_free(event) && event.is_proved()) {
      // An allocation that is matched already was freed before: this free is of a block from elsewhere.
      const uint32_t allocation = scratch.blocks.value(slot_of(event.address()));
      if (allocation != scratch.blocks.kNone && scratch.partner[allocation] == 0) match(allocation, index, scratch);
    }
  }
}

}  // namespace

void match_blocks(const Event* events, uint32_t count, FoldScratch& scratch) {
  std::memset(scratch.partner, 0, count * sizeof scratch.partner[0]);
  uint32_t left = 0;  // proved frees without a partner
  for (uint32_t index = 0; index < count; ++index) {
    const Event& event = events[index];
    if (!is_free(event) || !event.is_proved()) continue;
    const uint32_t allocation = event.partner() - 1;
    if (allocation < index && scratch.partner[allocation] == 0 && is_allocation(events[allocation]) &&
        events[allocation].address() == event.address()) {
      match(allocation, index, scratch);
    } else {
      ++left;
    }
  }
  if (left != 0) match_by_address(events, count, scratch);
}

}  // namespace mallocop::trace
