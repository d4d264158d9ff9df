// The memory of a fold, and the rows it counts in. Private to trace/fold*.cpp.
//
// Every array has room for what kRingEvents events can need at most, so that the fold has no failure of its own: each
// event makes at most one row of each kind, but an entry two calls (those that it repeats, and its own); and the calls
// that were open before the window add kMaxOpenCalls.
#pragma once

#include <cstdint>

#include "trace/fold.h"
#include "trace/index_table.h"

namespace mallocop::trace {

inline constexpr uint32_t kNoRow = 0xffffffff;

struct SiteRow {
  OperationId operation;
  StackId stack;
  uint32_t allocations;
  uint32_t freed;
  uint32_t temporary;
  uint32_t reallocations;
  uint64_t bytes;
  uint64_t freed_bytes;
  uint64_t smallest;
  uint64_t largest;
  uint32_t large_pairs;  // of FoldScratch::large_pair
  uint32_t last_call;    // serial number of the call that allocated here last …
  uint32_t last_entry;   // … and its CallEntry for this site
};

// What a call that is still open took from a site; the entries of a call are a list.
struct CallEntry {
  uint32_t site;
  uint32_t next;
  uint64_t allocations;
  uint64_t bytes;
};

// A call while it is open in the window. Its serial is 0 in a place that is free.
struct LiveCall {
  OpenCall call;
  uint32_t entries;  // list of CallEntry
  bool begins;       // in this window
  uint64_t allocations;
  uint64_t bytes;
  uint64_t frees;
  uint64_t temporary;
  uint64_t level;  // bytes of its own blocks live now
  uint64_t peak;
};

// A call, or equal calls, as written.
struct CallRow {
  OperationId operation;
  uint32_t place;
  bool begins, ends, ordered;
  uint32_t first_site;  // in FoldScratch::row_sites
  uint32_t site_count;
  uint64_t repeat;
  uint64_t iterations;
  uint64_t allocations;
  uint64_t bytes;
  uint64_t frees;
  uint64_t temporary;
  uint64_t peak;
  uint64_t net;
  uint32_t blocks_before;  // rows of blocks when it ended, or the window
};

struct RowSite {
  uint32_t site;
  uint64_t allocations;
  uint64_t bytes;

  friend bool operator==(const RowSite&, const RowSite&) = default;
};

// An operation in this window.
struct OperationRow {
  OperationId operation;
  uint32_t last_call_row;   // kNoRow: none yet
  uint32_t calls_before;    // ended by this thread so far, as far as counted
  uint32_t counter;         // index into FoldState::counters, kNoRow: no place left
  uint32_t empty_call_row;  // of its calls without any event, once they are not kept in order; kNoRow: none yet
  uint32_t last_cell;       // that counted its latest call; kNoRow: none yet
  uint32_t cells;           // list of LatencyCell
  uint32_t cell_count;
  uint64_t calls;  // iterations timed
  uint64_t total_ticks;
  uint64_t smallest;
  uint64_t largest;
};

struct LatencyCell {
  uint32_t operation_row;
  uint32_t bucket;
  uint32_t next;
  uint64_t calls;
};

struct BlockRow {
  BlockEntry entry;     // not kPair
  bool of_part;         // an allocation of a call that began in an earlier window
  uint16_t index;       // of its event
  uint16_t highest_at;  // event after which the pairs held `level_before`
  uint32_t site_or_operation;
  uint32_t stamp;
  uint64_t level_before;
  uint64_t address;
  uint64_t size;
};

// A pair that is listed, and not only counted.
struct ListedPair {
  uint16_t allocation;  // its events; the same if one event is the pair
  uint16_t free;
};

// All pairs that were live when the window's level was highest are listed in a ring's first windows: what is short is
// worth to be known whole, and what is long must not grow with its length. Later the largest of them are. Beside them a
// few that are large, whenever they were live.
inline constexpr uint32_t kWholeWindows = 8;
inline constexpr uint32_t kMostPairsAtHighest = 32;
inline constexpr uint32_t kMostOtherPairs = 16;
inline constexpr uint32_t kMostListedPairs = kRingEvents / 2 + 1 + kMostOtherPairs;
inline constexpr uint32_t kMostLargePairs = 64;  // that are thought of
inline constexpr uint64_t kLargeShare = 16;      // large: this part of the highest level, or more

inline constexpr size_t kMaxCallRows = 2 * kRingEvents + kMaxOpenCalls;
inline constexpr size_t kRecentSites = 256;
inline constexpr size_t kFoldOutputSize = 2U << 20;

struct FoldScratch {
  // Pass 1. partner: for an allocation the event that frees it, for a free the event that allocated; plus one.
  uint16_t partner[kRingEvents];
  // By address: in pass 1 allocations without a partner, in pass 2 the latest event that is listed.
  IndexTable<2 * kRingEvents> blocks;

  // Pass 2.
  uint16_t site_of[kRingEvents];    // row of an allocation's site
  uint32_t serial_of[kRingEvents];  // serial of the call that an allocation belongs to, 0: none
  uint16_t place_of[kRingEvents];   // and where it lay
  IndexTable<2 * kRingEvents> sites;
  uint16_t recent_site[kRecentSites];  // a row that had such a stack lately, or any other row
  IndexTable<4 * kRingEvents> operations;
  IndexTable<8 * kRingEvents> calls;
  IndexTable<2 * kRingEvents> cells;

  uint32_t site_rows, entry_rows, call_rows, row_site_rows, operation_rows, cell_rows, block_rows;
  SiteRow site[kRingEvents];
  CallEntry entry[kRingEvents];
  CallRow call[kMaxCallRows];
  RowSite row_site[kRingEvents];
  OperationRow operation[kRingEvents + kMaxOpenCalls];
  LatencyCell cell[kRingEvents];
  BlockRow block[kRingEvents];
  uint16_t large_pair[kMostLargePairs];  // allocations
  uint32_t large_pairs;

  // Afterwards. live_pair: allocations whose blocks are live when the level is highest.
  uint16_t live_pair[kRingEvents];
  ListedPair pair[kMostListedPairs];
  uint32_t pairs;
  uint32_t pair_end[2 * kMostListedPairs];  // both ends of each, in order; see fold_pairs.cpp
  uint32_t live_places;                     // that may hold a call
  LiveCall live[kMaxOpenCalls];

  uint8_t output[kFoldOutputSize];
};

// Every row as large as its varints can be: the writer never runs out of room. A site, its place in a call, a block and
// a latency cell, which are one of each for an event (but the blocks of an event that is a pair are two); a call, whose
// operation, flags and level are short; an operation.
static_assert(kRingEvents * size_t{100 + 30 + 60 + 20} + (1 + kMostOtherPairs) * size_t{60} +
                  kMaxCallRows * size_t{4 + 1 + 2 + 80 + 3} + (kRingEvents + kMaxOpenCalls) * size_t{60} <
              kFoldOutputSize);

// Requested bytes, escape included; below 2^48, like every size that an allocator can serve, so that not even the sums
// of a damaged ring overflow.
inline uint64_t allocated_size(const Event* events, uint32_t index) {
  if (!events[index].is_wide()) [[likely]]
    return events[index].size();
  const bool has_escape = index > 0 && events[index - 1].kind() == EventKind::kWide;
  return has_escape ? events[index - 1].value() & Event::kAddressMask : events[index].size();
}
inline uint32_t allocated_stamp(const Event* events, uint32_t index) {
  if (!events[index].is_wide()) [[likely]]
    return events[index].alloc_stamp();
  const bool has_escape = index > 0 && events[index - 1].kind() == EventKind::kWide;
  return static_cast<uint32_t>(has_escape ? events[index - 1].data : events[index].alloc_stamp()) & Event::kStampMask;
}

inline bool is_allocation(const Event& event) {
  return event.kind() == EventKind::kAlloc || event.kind() == EventKind::kReallocAlloc;
}
inline bool is_free(const Event& event) {
  return event.kind() == EventKind::kFree || event.kind() == EventKind::kReallocFree;
}

// When the level of live bytes was highest, as far as the window shows: frees of older blocks do not lower it.
struct HighestMoment {
  uint64_t level = 0;  // bytes above the window's beginning
  uint32_t index = 0;  // of the event that reached it first
};

// What one window came to, apart from the rows.
struct FoldCounts {
  uint64_t events = 0;
  uint64_t frees = 0;
  uint64_t level_after = 0;
  uint16_t highest_after_at = 0;  // event after which the pairs held `level_after`
  HighestMoment highest;
  uint32_t calls_too_deep = 0;
  uint32_t unmatched_call_ends = 0;
};

// Pass 1: writes `partner`.
void match_blocks(const Event* events, uint32_t count, FoldScratch& scratch);
// Behind pass 2: writes `pair`, with at most `most` of those that are live when the level is highest, and `pair_end`.
void list_pairs(const Event* events, const HighestMoment& highest, uint32_t most, FoldScratch& scratch);

// What comes and goes in the list of blocks.
struct PairEnd {
  uint32_t pair;   // index into FoldScratch::pair: its number
  uint32_t order;  // twice the event's index, plus one for an end whose begin is the same event
  bool begins;
};
PairEnd pair_end(const FoldScratch& scratch, uint32_t number);

size_t encode_window(const FoldInput& input, uint64_t begin_ticks, const FoldCounts& counts, FoldScratch& scratch);

}  // namespace mallocop::trace
