#include "preload/recorder.h"

#include "preload/early_arena.h"
#include "preload/entries.h"
#include "preload/lock.h"
#include "preload/sys.h"
#include "preload/uncertain_entries.h"
#include "preload/ways.h"

namespace mallocop::preload {
namespace {

using trace::Event;
using trace::EventKind;
using trace::kRingEvents;

void push_own(ThreadState& thread, EventKind kind, const void* block, size_t size, const CallSite& site) {
  const trace::StackId stack = g_process.engine.capture(thread.capture, site);
  const auto address = reinterpret_cast<uintptr_t>(block);
  const uint32_t counter = counter_of(address);
  push_all(thread, AllocationEvents(kind, address, size, stack, stamp_of(counter)));
  thread.own_blocks.remember(address, counter, thread.last_place());
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
                               .end_nanoseconds = sys::nanoseconds(CLOCK_MONOTONIC),
                               .functions = g_process.functions.frames()};
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

// --- Functions of operations -----------------------------------------------------------------------------------------

namespace {

// How many calls of the operation are around an entry. Where its stack pointer does not prove that there are none, the
// stack says it.
uint32_t calls_around(ThreadState& thread, trace::OperationId operation, const CallSite& site,
                      uintptr_t stack_pointer) {
  uint32_t around = 0;
  if (!thread.none_around(operation, stack_pointer)) {
    const trace::StackId caller = g_process.engine.capture(thread.capture, site);
    const trace::FunctionFrames* const frames = g_process.functions.frames();
    // A stack that is cut off after its first frame says nothing.
    const bool known = caller != trace::kUnknownStack && frames != nullptr &&
                       (g_process.stacks.node(caller)->flags & trace::kNodeTruncated) == 0;
    around = known ? frames->around(operation, caller) : Event::kUnknownAround;
  }
  if (!thread.capture.bounds.contains(stack_pointer)) return around;
  if (around == 0) {
    thread.outermost_entries.set(operation, stack_pointer);
  } else {
    thread.outermost_entries.raise(operation, stack_pointer);
  }
  return around;
}

}  // namespace

void mallocop_finish_entry(uint32_t operation, uintptr_t stack_pointer, EntryLeft left, uintptr_t frame_pointer) {
  if (left == EntryLeft::kSignalEvents) return take_nested(*t_thread);
  const uintptr_t return_address = *reinterpret_cast<const uintptr_t*>(stack_pointer);
  const auto check = [&] {
    if (left == EntryLeft::kCaller) g_uncertain_entries.check(*t_thread, operation, return_address);
  };
  const Way way = find_way();
  if (way != Way::kRing) {
    if (way == Way::kNested || way == Way::kTool) {
      check();
      t_thread->outermost_entries.raise(operation, stack_pointer);
    }
    return event_elsewhere(way, Event::entry(operation, stack_pointer, Event::kUnknownAround));
  }
  ThreadState& thread = *t_thread;
  const Busy busy(thread);
  check();
  const CallSite site{return_address, stack_pointer + sizeof return_address, frame_pointer};
  push_entry(thread, Event::entry(operation, stack_pointer, calls_around(thread, operation, site, stack_pointer)));
}

void record_switch(uint64_t coroutine) {
  const Event event = Event::make(EventKind::kSwitch, coroutine, 0);
  if (!make_thread_ready()) return;
  const Busy busy(*t_thread);
  push(*t_thread, event);
}

// --- Libraries -------------------------------------------------------------------------------------------------------

void library_will_be_closed() {
  if (g_many_threads.load(std::memory_order_relaxed)) library_was_closed();
}

void library_was_closed() {
  if (!make_thread_ready()) return;
  const Busy busy(*t_thread);
  g_process.engine.forget_unmapped(g_many_threads.load(std::memory_order_relaxed));
}

}  // namespace mallocop::preload
