// Which pairs are listed.
//
// What pairs held together says how high the level rose, but not whose the blocks were. So those that were live when it
// was highest are listed, or the largest of them; highest as far as the window shows, which does not know what frees of
// older blocks took away. So a few others that are large are listed as well.
#include <algorithm>

#include "trace/fold_scratch.h"

namespace mallocop::trace {
namespace {

static_assert(kRingEvents < 0x8000);

constexpr unsigned kPairBits = 16;
constexpr uint32_t kSizeClasses = 64;  // by the position of the highest bit

uint32_t size_class(uint64_t size) { return size == 0 ? 0 : 63 - static_cast<uint32_t>(__builtin_clzll(size)); }

// Of events up to `last`, those whose partner comes behind it: what they allocated is live then. Returns how many.
uint32_t find_live_pairs(const Event* events, uint32_t last, FoldScratch& scratch) {
  constexpr uint64_t kEach = 0x0001000100010001;  // four partners at once: most have none so far away
  const uint64_t above = (0x7fff - (last + 1)) * kEach;
  uint32_t live = 0;
  for (uint32_t first = 0; first <= last; first += 4) {
    uint64_t partners = 0;
    std::memcpy(&partners, scratch.partner + first, sizeof partners);
    if (((partners + above) & (0x8000 * kEach)) == 0) [[likely]]
      continue;
    for (uint32_t index = first; index < first + 4 && index <= last; ++index) {
      if (scratch.partner[index] <= last + 1 || events[index].stack() == kToolStack) continue;
      scratch.live_pair[live++] = static_cast<uint16_t>(index);
    }
  }
  return live;
}

// Takes the `most` largest of so many live pairs.
void take_largest(const Event* events, uint32_t live, uint32_t most, FoldScratch& scratch) {
  uint32_t of_class[kSizeClasses] = {};
  for (uint32_t number = 0; number < live; ++number) {
    ++of_class[size_class(allocated_size(events, scratch.live_pair[number]))];
  }
  uint32_t smallest = 0;  // class that fits whole
  uint32_t fitting = live;
  while (fitting > most) fitting -= of_class[smallest++];
  uint32_t left = most - fitting;  // for some of the class below
  for (uint32_t number = 0; number < live; ++number) {
    const uint16_t index = scratch.live_pair[number];
    const uint32_t its_class = size_class(allocated_size(events, index));
    if (its_class < smallest && (its_class + 1 != smallest || left == 0)) continue;
    if (its_class < smallest) --left;
    scratch.pair[scratch.pairs++] = {index, static_cast<uint16_t>(scratch.partner[index] - 1)};
  }
}

// Of an event that is a pair it is the end, too.
ListedPair pair_of(uint16_t allocation, const FoldScratch& scratch) {
  const uint16_t partner = scratch.partner[allocation];
  return {allocation, partner == 0 ? allocation : static_cast<uint16_t>(partner - 1)};
}

}  // namespace

void list_pairs(const Event* events, const HighestMoment& highest, uint32_t most, FoldScratch& scratch) {
  scratch.pairs = 0;
  if (highest.level == 0) return;
  take_largest(events, find_live_pairs(events, highest.index, scratch), most, scratch);
  const bool at_pair = events[highest.index].kind() == EventKind::kPair;
  if (at_pair) scratch.pair[scratch.pairs++] = pair_of(static_cast<uint16_t>(highest.index), scratch);

  uint32_t others = 0;
  for (uint32_t number = 0; number < scratch.large_pairs && others < kMostOtherPairs; ++number) {
    const ListedPair pair = pair_of(scratch.large_pair[number], scratch);
    const bool is_live = pair.allocation <= highest.index && pair.free > highest.index;
    if (is_live || (at_pair && pair.allocation == highest.index)) continue;
    if (allocated_size(events, pair.allocation) * kLargeShare < highest.level) continue;
    scratch.pair[scratch.pairs++] = pair;
    ++others;
  }

  // A pair's number is its place in the list of blocks.
  std::sort(scratch.pair, scratch.pair + scratch.pairs,
            [](const ListedPair& a, const ListedPair& b) { return a.allocation < b.allocation; });
  uint32_t* next = scratch.pair_end;
  for (uint32_t number = 0; number < scratch.pairs; ++number) {
    const auto& [allocation, free] = scratch.pair[number];
    const uint32_t begin = 2 * uint32_t{allocation};
    const uint32_t end = 2 * uint32_t{free} + (free == allocation ? 1 : 0);
    *next++ = begin << kPairBits | number;
    *next++ = end << kPairBits | number;
  }
  std::sort(scratch.pair_end, next);
}

PairEnd pair_end(const FoldScratch& scratch, uint32_t number) {
  const uint32_t pair = scratch.pair_end[number] & ((1U << kPairBits) - 1);
  const uint32_t order = scratch.pair_end[number] >> kPairBits;
  return {pair, order, order == 2 * uint32_t{scratch.pair[pair].allocation}};
}

}  // namespace mallocop::trace
