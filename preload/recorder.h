// From a hook to the ring: the hot path, and the way off it.
//
// Order is what makes addresses unambiguous: a free is recorded before the real call, an allocation after it, so that
// no address is ever live twice in the order of events. A realloc is both; its free is taken back if it fails.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/process.h"
#include "preload/thread_state.h"
#include "trace/event.h"

namespace mallocop::preload {

inline constexpr uint32_t kRoom = 4;  // events that one hook pushes at most, escapes included

// Appends to the ring; the caller made sure that there is room. The store of `progress` publishes the event: whoever
// reads it after the process was killed finds the event whole.
[[gnu::always_inline]] inline void push(ThreadState& thread, const trace::Event& event) {
  const uint32_t index = thread.published;
  trace::store_event(thread.events[index], event);
  thread.published = index + 1;
  thread.ring->ring.progress.store(trace::make_progress(thread.window, index + 1), std::memory_order_release);
}

// The last event in the ring; in an empty one, what lies before the first, which is none (trace/live.h).
[[gnu::always_inline]] inline trace::Event& last_event(ThreadState& thread) {
  return *(thread.events + thread.published - 1);
}

// Turns what the ring holds into a window record and empties it. The thread is busy.
void fold_ring(ThreadState& thread);

// All that the hot path is not made for: a ring that is full, a thread without a state, a signal handler inside a
// hook, a size that needs an escape, the shim off.
void record_allocation_slow(const void* block, size_t size, uintptr_t return_address, uintptr_t stack_pointer,
                            uintptr_t frame_pointer);
void record_free_slow(const void* block);

// Appends an allocation that needs an escape, and the escape before it; folds first if these have no room.
void push_wide(ThreadState& thread, trace::EventKind kind, uintptr_t address, uint64_t size, trace::StackId stack,
               uint32_t stamp);

// The way into the ring, which has room; the thread is busy.
[[gnu::always_inline]] inline void push_allocation(ThreadState& thread, uintptr_t address, size_t size,
                                                   trace::StackId stack) {
  const uint32_t counter = counter_of(address);
  const uint32_t stamp = stamp_of(counter);
  if (stamp >= trace::Event::kWideStamp) [[unlikely]] {
    push_wide(thread, trace::EventKind::kAlloc, address, size, stack, stamp);
  } else {
    const trace::Event event = trace::Event::alloc(trace::EventKind::kAlloc, address, size, stack, stamp);
    // A block like the last one, which was freed at once: most likely this one will be too, which needs no entry.
    if (trace::allocate_again(last_event(thread), event)) return;
    push(thread, event);
  }
  thread.own_blocks.remember(address, counter, thread.last_place());
}

[[gnu::always_inline]] inline void push_free(ThreadState& thread, uintptr_t address) {
  if (!g_many_threads.load(std::memory_order_relaxed)) {
    if (!trace::free_at_once(last_event(thread), address)) {
      const uint32_t partner = thread.own_blocks.freed_by_only_thread(address, thread.window);
      push(thread, trace::Event::free(trace::EventKind::kFree, address, true, 0, partner));
    }
    return;
  }
  trace::Event& last = last_event(thread);
  const uint32_t counter = free_counter(address).load(std::memory_order_relaxed);
  if (last.alloc_stamp() == counter && counter != trace::Event::kWideStamp) {  // which says that the event has no stamp
    const bool has_entry = last.repeats() == 0;
    if (trace::free_at_once(last, address)) {
      if (has_entry) thread.own_blocks.forget(address);
      return;
    }
  }
  const Ownership ownership = thread.own_blocks.freed(address, thread.window);
  if (ownership.proved && trace::free_at_once(last, address)) return;
  push(thread,
       trace::Event::free(trace::EventKind::kFree, address, ownership.proved, ownership.stamp, ownership.partner));
}

[[gnu::always_inline]] inline void record_allocation(const void* block, size_t size, const CallSite& site) {
  ThreadState& thread = *t_thread;
  if (thread.published >= thread.limit || size >= trace::Event::kWideSize) [[unlikely]]
    return record_allocation_slow(block, size, site.return_address, site.stack_pointer, site.frame_pointer);
  const Busy busy(thread);
  const trace::StackId stack = g_process.engine.capture(thread.capture, site);
  push_allocation(thread, reinterpret_cast<uintptr_t>(block), size, stack);
}

[[gnu::always_inline]] inline void record_free(const void* block) {
  ThreadState& thread = *t_thread;
  if (thread.published >= thread.limit) [[unlikely]]
    return record_free_slow(block);
  const Busy busy(thread);
  push_free(thread, reinterpret_cast<uintptr_t>(block));
}

// A realloc of a live block, around the real call. `before` records the free half and `after` the allocation half, or
// takes the free half back when the call failed.
class ReallocRecord {
 public:
  explicit ReallocRecord(const void* block);
  void after(const void* result, size_t size, const CallSite& site);

 private:
  ThreadState* thread_ = nullptr;  // whose ring holds the free half; null: see `way_`
  trace::Event* free_half_ = nullptr;
  const void* way_block_ = nullptr;
  int way_ = 0;
};

// Marks (marks.cpp). False if the thread records nothing: the shim is off, or a signal handler interrupted a hook.
bool make_thread_ready_slow();
inline bool make_thread_ready() {
  const ThreadState& thread = *t_thread;
  return thread.published + kRoom <= thread.limit || make_thread_ready_slow();
}

// A call, as the marks' table hands it out: the operation, and a token that tells the thread's calls apart. The token
// is the place in the ring where the call begins, which comes again after two thousand million events; it is never 0.
[[gnu::always_inline]] inline uint64_t call_that_begins_here(const ThreadState& thread, trace::OperationId operation) {
  static_assert(trace::kRingEvents == 1U << 12);
  return (uint64_t{operation} << 32) | 0x80000000U | ((thread.window << 12) + thread.published);
}

// Both while the thread is busy.
[[gnu::always_inline]] inline uint64_t record_call_begin(ThreadState& thread, trace::OperationId operation) {
  const uint64_t call = call_that_begins_here(thread, operation);
  ++thread.open_calls;
  push(thread, trace::Event::make(trace::EventKind::kCallBegin, call, read_ticks()));
  return call;
}

[[gnu::always_inline]] inline void record_call_end(ThreadState& thread, uint64_t call, uint64_t iterations,
                                                   uint64_t ticks) {
  using trace::Event;
  if (iterations != 1 || !trace::end_at_once(last_event(thread), call, ticks)) {
    if (iterations != 1) push(thread, Event::make(trace::EventKind::kIterations, iterations, 0));
    push(thread, Event::make(trace::EventKind::kCallEnd, call, ticks));
  }
  if (thread.open_calls > 1) {
    --thread.open_calls;
  } else {
    thread.open_calls = 0;
    // Folded between two calls, a window costs no call any time.
    if (thread.published > trace::kRingEvents / 2) [[unlikely]]
      fold_ring(thread);
  }
}

// A function of an operation is entered (preload/entries.h). The thread is busy.
[[gnu::always_inline]] inline void push_entry(ThreadState& thread, const trace::Event& entry) {
  if (!trace::enter_again(last_event(thread), entry)) push(thread, entry);
}

// From here on this thread runs another coroutine.
void record_switch(uint64_t coroutine);

// Around every dlclose: forgets what is known of libraries that are not mapped any more. Before it, only with several
// threads: another of them may open a library in that place before this thread comes back from the call.
void library_will_be_closed();
void library_was_closed();

// The events of the time before the constructor, moved into the main thread's ring.
void take_early_events(ThreadState& thread);

}  // namespace mallocop::preload
