#include "preload/ways.h"

#include <signal.h>

#include <algorithm>

#include "preload/lock.h"
#include "preload/sys.h"
#include "preload/threads.h"

namespace mallocop::preload {
namespace {

using trace::Event;
using trace::EventKind;
using trace::kRingEvents;

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

}  // namespace

// --- Ways ------------------------------------------------------------------------------------------------------------

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

void event_elsewhere(Way way, const Event& event) {
  switch (way) {
    case Way::kTool:
      push(*t_thread, event);
      break;
    case Way::kNested:
      push_nested(*t_thread, &event, 1);
      break;
    case Way::kShared:  // the thread's last destructors: its calls are closed
    case Way::kEarly:
    case Way::kRing:
    case Way::kNowhere:
      break;
  }
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
