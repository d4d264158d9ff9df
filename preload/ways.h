// The ways off the hot path: where an event goes when its thread's ring cannot take it as it is.
#pragma once

#include "preload/recorder.h"

namespace mallocop::preload {

// Which way an event takes when the hot path cannot take it.
enum class Way {
  kRing,    // the thread's own ring, which has room now
  kTool,    // the same, for a block of mallocop's own
  kNested,  // a signal handler interrupted a hook of this thread
  kShared,  // the thread's state was taken back already
  kEarly,   // before the constructor
  kNowhere,
};

// Makes the ring ready, if that is the way: it has room then. Otherwise one of the functions below takes the event.
Way find_way();

// An allocation's events: the escape if it needs one, and the event.
struct AllocationEvents {
  AllocationEvents(trace::EventKind kind, uintptr_t block, uint64_t size, trace::StackId stack, uint32_t stamp) {
    if (trace::needs_escape(size, stamp)) events[count++] = trace::Event::wide(size, stamp);
    events[count++] = trace::Event::alloc(kind, block, size, stack, stamp);
  }
  trace::Event events[2];
  uint32_t count = 0;
};

// Room for the events of one hook; folds if there is none. The thread is busy.
inline void make_room(ThreadState& thread) {
  if (thread.published + kRoom > trace::kRingEvents) fold_ring(thread);
}

inline void push_all(ThreadState& thread, const AllocationEvents& all) {
  for (uint32_t index = 0; index < all.count; ++index) push(thread, all.events[index]);
}

void allocation_elsewhere(Way way, trace::EventKind kind, const void* block, size_t size, const CallSite& site);
void free_elsewhere(Way way, trace::EventKind kind, const void* block);
// An event that is complete in itself: a function's entry, a switch.
void event_elsewhere(Way way, const trace::Event& event);

}  // namespace mallocop::preload
