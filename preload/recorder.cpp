#include "preload/recorder.h"

#include <signal.h>

#include <algorithm>

#include "preload/early_arena.h"
#include "preload/lock.h"
#include "preload/sys.h"
#include "preload/threads.h"

namespace mallocop::preload {
namespace {

using trace::Event;
using trace::EventKind;
using trace::kRingEvents;

// Which way an event takes when the hot path cannot take it.
enum class Way {
  kRing,    // the thread's own ring, which has room now
  kTool,    // the same, for a block of mallocop's own
  kNested,  // a signal handler interrupted a hook of this thread
  kShared,  // the thread's state was taken back already
  kEarly,   // before the constructor
  kNowhere,
};

// --- Before the constructor -----------------------------------------------------------------------------------------
// One thread only: the dynamic linker starts no others.

struct EarlyEvent {
  Event event;
  uintptr_t return_address;
};
constexpr size_t kEarlyEvents = 512;
EarlyEvent g_early[kEarlyEvents];
size_t g_early_count = 0;
uint64_t g_early_dropped = 0;

void remember_early(const Event& event, uintptr_t return_address) {
  if (g_early_count == kEarlyEvents) {
    ++g_early_dropped;
    return;
  }
  g_early[g_early_count++] = {event, return_address};
}

// --- Signal handlers ------------------------------------------------------------------------------------------------

bool is_on_alternate_stack() {
  stack_t stack{};
  return !failed(system_call(SYS_sigaltstack, 0, reinterpret_cast<long>(&stack))) && (stack.ss_flags & SS_ONSTACK) != 0;
}

// A hook that a signal handler left by longjmp never made its thread ready again. Its frame is gone if this one is not
// below it by at least what the kernel puts between the two for a handler.
bool was_left_by_longjmp(const ThreadState& thread) {
  constexpr uintptr_t kSignalFrame = 1024;  // bytes; the registers alone are more
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return here + kSignalFrame > thread.busy_stack_pointer && here < thread.capture.bounds.high &&
         !is_on_alternate_stack();
}

void push_nested(ThreadState& thread, const Event* events, uint32_t count) {
  // One step with respect to a handler that interrupts this one: each gets places of its own.
  const uint32_t first = thread.nested_count.fetch_add(count, std::memory_order_relaxed);
  if (first > kNestedEvents || kNestedEvents - first < count) return;  // counted when the hook ends
  std::copy_n(events, count, thread.nested + first);
}

// --- Pushing --------------------------------------------------------------------------------------------------------

void make_room(ThreadState& thread) {
  if (thread.published + kRoom > kRingEvents) fold_ring(thread);
}

Way find_way() {
  ThreadState* thread = t_thread;
  const ProcessState state = g_process.state.load(std::memory_order_acquire);
  if (state == ProcessState::kEarly) return Way::kEarly;
  if (state != ProcessState::kRunning) return Way::kNowhere;
  if (!g_process.is_running()) {  // a forked child
    t_thread = &g_inert_thread;
    return Way::kNowhere;
  }
  if (thread == &g_inert_thread) {
    if (thread_has_ended()) return Way::kShared;
    thread = acquire_thread();
    if (thread == nullptr) {
      count_dropped(1);
      return Way::kNowhere;
    }
  } else if (thread->limit == 0) {
    if (thread->tool_depth > 0) {
      make_room(*thread);
      return Way::kTool;
    }
    if (!was_left_by_longjmp(*thread)) return Way::kNested;
    take_nested(*thread);
  }
  if (thread->published + kRoom > kRingEvents) {
    const Busy busy(*thread);
    fold_ring(*thread);
  }
  return t_thread == thread ? Way::kRing : Way::kNowhere;
}

// An allocation's events: the escape if it needs one, and the event.
struct AllocationEvents {
  AllocationEvents(EventKind kind, uintptr_t block, uint64_t size, trace::StackId stack, uint32_t stamp) {
    if (trace::needs_escape(size, stamp)) events[count++] = Event::wide(size, stamp);
    events[count++] = Event::alloc(kind, block, size, stack, stamp);
  }
  Event events[2];
  uint32_t count = 0;
};

void push_all(ThreadState& thread, const AllocationEvents& all) {
  for (uint32_t index = 0; index < all.count; ++index) push(thread, all.events[index]);
}

void push_own(ThreadState& thread, EventKind kind, const void* block, size_t size, const CallSite& site) {
  const trace::StackId stack = g_process.engine.capture(thread.capture, site);
  const auto address = reinterpret_cast<uintptr_t>(block);
  const uint32_t counter = counter_of(address);
  push_all(thread, AllocationEvents(kind, address, size, stack, stamp_of(counter)));
  thread.own_blocks.remember(address, counter, thread.last_place());
}

void allocation_elsewhere(Way way, EventKind kind, const void* block, size_t size, const CallSite& site) {
  const auto address = reinterpret_cast<uintptr_t>(block);
  const uint32_t stamp = stamp_of(counter_of(address));
  switch (way) {
    case Way::kTool:
      push_all(*t_thread, AllocationEvents(kind, address, size, trace::kToolStack, stamp));
      break;
    case Way::kNested: {
      const AllocationEvents all(kind, address, size, trace::kUnknownStack, stamp);
      push_nested(*t_thread, all.events, all.count);
      break;
    }
    case Way::kShared: {
      struct Request {
        EventKind kind;
        uintptr_t block;
        size_t size;
        uintptr_t return_address;
        uint32_t stamp;
      } request{kind, address, size, site.return_address, stamp};
      const auto record = [](ThreadState& shared, void* argument) {
        const auto& asked = *static_cast<const Request*>(argument);
        make_room(shared);
        const trace::StackId stack = g_process.engine.capture_one(asked.return_address);
        push_all(shared, AllocationEvents(asked.kind, asked.block, asked.size, stack, asked.stamp));
      };
      if (!with_shared_state(record, &request)) count_dropped(1);
      break;
    }
    case Way::kEarly: {
      const AllocationEvents all(kind, address, size, trace::kUnknownStack, stamp);
      for (uint32_t index = 0; index < all.count; ++index) remember_early(all.events[index], site.return_address);
      break;
    }
    case Way::kRing:
    case Way::kNowhere:
      break;
  }
}

void free_elsewhere(Way way, EventKind kind, const void* block) {
  const auto address = reinterpret_cast<uintptr_t>(block);
  const Ownership ownership = free_without_proof(address);
  const Event event = Event::free(kind, address, ownership.proved, ownership.stamp);
  switch (way) {
    case Way::kTool:
      t_thread->own_blocks.forget(address);
      t_thread->totals.free_of_own();
      push(*t_thread, event);
      break;
    case Way::kNested:
      t_thread->own_blocks.forget(address);
      push_nested(*t_thread, &event, 1);
      break;
    case Way::kShared: {
      const auto record = [](ThreadState& shared, void* argument) {
        make_room(shared);
        push(shared, *static_cast<const Event*>(argument));
      };
      if (!with_shared_state(record, const_cast<Event*>(&event))) count_dropped(1);
      break;
    }
    case Way::kEarly:
      remember_early(event, 0);
      break;
    case Way::kRing:
    case Way::kNowhere:
      break;
  }
}

}  // namespace

void fold_ring(ThreadState& thread) {
  const SignalsBlocked blocked;  // a handler that leaves by longjmp must not leave a window half written
  trace::RingHeader& ring = thread.ring->ring;
  const trace::FoldInput input{.events = thread.events,
                               .count = thread.published,
                               .window = thread.window,
                               .thread_ordinal = thread.ordinal,
                               .thread_id = thread.thread_id,
                               .end_ticks = read_ticks(),
                               .end_nanoseconds = sys::nanoseconds(CLOCK_MONOTONIC)};
  const trace::FoldOutput output =
      trace::fold(input, ring.state[thread.window % 2], ring.state[(thread.window + 1) % 2], *thread.scratch);
  g_process.stacks.write_new_nodes(g_process.trace, false);
  if (!g_process.trace.append(trace::RecordType::kWindow, output.payload, output.size)) {
    count_dropped(thread.published);
    stop_recording(g_process.trace.failure());
    t_thread = &g_inert_thread;
  } else {
    g_process.windows.fetch_add(1, std::memory_order_relaxed);
    g_process.events.fetch_add(output.events, std::memory_order_relaxed);
    g_process.live.header().calls_too_deep.fetch_add(output.calls_too_deep, std::memory_order_relaxed);
    g_process.live.header().unmatched_call_ends.fetch_add(output.unmatched_call_ends, std::memory_order_relaxed);
  }
  thread.totals.fold(thread.window, output.blocks);
  ++thread.window;
  thread.published = 0;
  ring.progress.store(trace::make_progress(thread.window, 0), std::memory_order_release);
  // What is stored from here on is seen by nobody who does not see the new window too; partner: the fence in
  // ring_totals().
  std::atomic_thread_fence(std::memory_order_release);
}

void take_nested(ThreadState& thread) {
  do {
    thread.limit = 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    uint32_t taken = 0;
    uint32_t count;
    do {
      count = thread.nested_count.load(std::memory_order_relaxed);
      for (; taken < std::min<size_t>(count, kNestedEvents); ++taken) {
        make_room(thread);
        if (thread.nested[taken].kind() != EventKind::kNone) push(thread, thread.nested[taken]);
        thread.nested[taken] = {};
      }
      // Fails if a handler added something meanwhile.
    } while (!thread.nested_count.compare_exchange_strong(count, 0, std::memory_order_relaxed));
    if (count > taken) count_dropped(count - taken);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    thread.limit = kRingEvents;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } while (thread.nested_count.load(std::memory_order_relaxed) != 0);
}

void push_wide(ThreadState& thread, EventKind kind, uintptr_t address, uint64_t size, trace::StackId stack,
               uint32_t stamp) {
  make_room(thread);
  push_all(thread, AllocationEvents(kind, address, size, stack, stamp));
}

void record_allocation_slow(const void* block, size_t size, uintptr_t return_address, uintptr_t stack_pointer,
                            uintptr_t frame_pointer) {
  const CallSite site{return_address, stack_pointer, frame_pointer};
  if (is_early_block(block)) return;  // for the look-up of the real allocator
  const Way way = find_way();
  if (way != Way::kRing) return allocation_elsewhere(way, EventKind::kAlloc, block, size, site);
  ThreadState& thread = *t_thread;
  const Busy busy(thread);
  push_own(thread, EventKind::kAlloc, block, size, site);
}

void record_free_slow(const void* block) {
  const Way way = find_way();
  if (way != Way::kRing) return free_elsewhere(way, EventKind::kFree, block);
  ThreadState& thread = *t_thread;
  const Busy busy(thread);
  const auto address = reinterpret_cast<uintptr_t>(block);
  const Ownership ownership = thread.own_blocks.freed(address, thread.window);
  push(thread, Event::free(EventKind::kFree, address, ownership.proved, ownership.stamp, ownership.partner));
}

// --- realloc ---------------------------------------------------------------------------------------------------------
// The thread stays busy during the real call: a signal handler's events go to `nested` and cannot come between the two
// halves, so that the free half can be found and taken back.

ReallocRecord::ReallocRecord(const void* block) {
  ThreadState* const thread = t_thread;
  if (thread->published + kRoom > thread->limit) [[unlikely]] {
    const Way way = find_way();
    if (way != Way::kRing) {
      // Without a place of its own the free half cannot be taken back later: it is recorded when the call is done.
      way_block_ = block;
      way_ = static_cast<int>(way);
      return;
    }
  }
  thread_ = t_thread;
  thread_->busy_stack_pointer = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  thread_->limit = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  free_half_ = thread_->events + thread_->published;
  const auto address = reinterpret_cast<uintptr_t>(block);
  const Ownership ownership = thread_->own_blocks.freed(address, thread_->window);
  push(*thread_, Event::free(EventKind::kReallocFree, address, ownership.proved, ownership.stamp, ownership.partner));
}

void ReallocRecord::after(const void* result, size_t size, const CallSite& site) {
  if (thread_ == nullptr) {
    const Way way = static_cast<Way>(way_);
    if (way == Way::kNowhere || (result == nullptr && size != 0)) return;
    free_elsewhere(way, result == nullptr ? EventKind::kFree : EventKind::kReallocFree, way_block_);
    if (result != nullptr) allocation_elsewhere(way, EventKind::kReallocAlloc, result, size, site);
    return;
  }
  if (result != nullptr) {
    push_own(*thread_, EventKind::kReallocAlloc, result, size, site);
  } else if (size == 0) {
    trace::store_event(*free_half_, Event::make(EventKind::kFree, free_half_->value(), free_half_->data));
  } else {
    trace::store_event(*free_half_,
                       Event{});  // the block lives on; that it is the thread's own cannot be proved any more
  }
  std::atomic_signal_fence(std::memory_order_seq_cst);
  thread_->limit = kRingEvents;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (thread_->nested_count.load(std::memory_order_relaxed) != 0) take_nested(*thread_);
}

// --- Marks -----------------------------------------------------------------------------------------------------------

bool make_thread_ready_slow() { return find_way() == Way::kRing; }

// --- Libraries -------------------------------------------------------------------------------------------------------

void library_will_be_closed() {
  if (g_many_threads.load(std::memory_order_relaxed)) library_was_closed();
}

void library_was_closed() {
  if (!make_thread_ready()) return;
  const Busy busy(*t_thread);
  g_process.engine.forget_unmapped(g_many_threads.load(std::memory_order_relaxed));
}

// --- Early events ----------------------------------------------------------------------------------------------------

void take_early_events(ThreadState& thread) {
  const Busy busy(thread);
  for (size_t index = 0; index < g_early_count; ++index) {
    Event event = g_early[index].event;
    if (event.kind() == EventKind::kAlloc || event.kind() == EventKind::kReallocAlloc) {
      const trace::StackId stack = g_process.engine.capture_one(g_early[index].return_address);
      event = Event::alloc(event.kind(), event.address(), event.size(), stack);
    }
    make_room(thread);
    push(thread, event);
  }
  g_early_count = 0;
  if (g_early_dropped != 0) count_dropped(g_early_dropped);
}

}  // namespace mallocop::preload
