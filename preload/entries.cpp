// This file is compiled to use no vector register, since the arguments of the host's function may be in them; so it
// calls nothing of the other files.
#include "preload/entries.h"

#include "preload/recorder.h"

namespace mallocop::preload {

// mallocop_entered (arch/x86_64_detour.cpp) has these as numbers.
static_assert(offsetof(ThreadState, published) == 0 && offsetof(ThreadState, limit) == 4 &&
              offsetof(ThreadState, events) == 8);
static_assert(kRoom == 4 && sizeof(trace::Event) == 16 && offsetof(trace::Event, data) == 8);
static_assert(trace::Event::entry(5, 7).word == 0xb0000005'00000000 && trace::Event::entry(5, 7).data == 7);

// An entry like the last event needs no other protection than being one store: a signal handler that interrupts it runs
// deeper in the stack, so its entries are none like this.
EntryLeft mallocop_count_entry(uint32_t operation, uintptr_t stack_pointer) {
  ThreadState& thread = *t_thread;
  if (thread.published + kRoom > thread.limit) [[unlikely]]
    return &thread == &g_inert_thread && !g_process.is_running() ? EntryLeft::kNothing : EntryLeft::kEntry;
  const trace::Event entry = trace::Event::entry(operation, stack_pointer);
  if (trace::enter_again(last_event(thread), entry)) return EntryLeft::kNothing;
  thread.busy_stack_pointer = stack_pointer;
  thread.limit = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  push(thread, entry);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  thread.limit = trace::kRingEvents;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  return thread.nested_count.load(std::memory_order_relaxed) == 0 ? EntryLeft::kNothing : EntryLeft::kSignalEvents;
}

}  // namespace mallocop::preload
