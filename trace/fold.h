// Folding: the events of one window of one thread, turned into the payload of a window record.
//
// The shim folds when a ring is full; the reporter folds what a killed process left in its rings. Both use this
// code. It allocates nothing and calls nothing but memset/memcpy/memmove: all memory is the caller's FoldScratch.
//
// What it does, in two passes over the events:
//   1. match: which allocation is freed inside the window, by the same thread (most of these pairs leave no trace of
//      their own, only counts), and which survive it;
//   2. count: per (operation, stack); per call of an operation, where equal calls become one row with a number; and
//      the survivors and frees of older blocks one by one, in order, with the highest level that the pairs reached
//      between them, so that a peak can still be computed exactly.
// Then the pairs that were live when most bytes were are put into that list, so that it is known whose the peak is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "trace/block_totals.h"
#include "trace/event.h"
#include "trace/function_frames.h"
#include "trace/live.h"

namespace mallocop::trace {

struct FoldScratch;  // about 4 MiB of address space, of which a usual window touches a few pages
size_t fold_scratch_size();
size_t fold_scratch_alignment();

// Makes zero-filled memory of fold_scratch_size() bytes a scratch. One scratch serves one fold at a time.
FoldScratch* init_fold_scratch(void* zeroed_memory);

struct FoldInput {
  const Event* events;
  uint32_t count;  // at most kRingEvents; events beyond it are ignored
  uint32_t window;
  uint32_t thread_ordinal;
  uint32_t thread_id;
  uint64_t end_ticks;
  uint64_t end_nanoseconds;         // CLOCK_MONOTONIC at end_ticks
  const FunctionFrames* functions;  // null: no operation is a function
};

struct FoldOutput {
  const uint8_t* payload;  // lies in the scratch; valid until the next fold
  size_t size;             // bytes; never more than kMaxRecordLength
  uint64_t events;         // folded; escapes and cancelled events are not counted
  uint32_t calls_too_deep;
  uint32_t unmatched_call_ends;
  BlockTotals blocks;  // of the window
};

// Reads `before`, writes `after` (they may not be the same object). Never fails: any events are folded, even
// those of a damaged ring, and every index stays inside the scratch.
FoldOutput fold(const FoldInput& input, const FoldState& before, FoldState& after, FoldScratch& scratch);

}  // namespace mallocop::trace
