// This file is compiled to use no vector register, since the arguments of the host's function may be in them; so it
// calls nothing of the other files.
#include "preload/entries.h"

#include "preload/recorder.h"

namespace mallocop::preload {

// mallocop_entered (arch/x86_64_detour.cpp) has these as numbers.
static_assert(offsetof(ThreadState, published) == 0 && offsetof(ThreadState, limit) == 4 &&
              offsetof(ThreadState, events) == 8 && offsetof(ThreadState, checked_entries) == 48);
static_assert(CheckedEntries::key_of(5, 7) == (uint64_t{5} << 48 | 7));
static_assert(kRoom == 4 && sizeof(trace::Event) == 16 && offsetof(trace::Event, data) == 8);
static_assert(trace::Event::entry(5, 7).word == 0xb0000005'00000000 && trace::Event::entry(5, 7).data == 7);

// An entry like the last event needs no other protection than being one store: a signal handler that interrupts it runs
// deeper in the stack, so its entries are none like this.
EntryLeft mallocop_count_entry(uint32_t operation, uintptr_t stack_pointer, uint32_t checks_caller) {
  ThreadState& thread = *t_thread;
  const bool checked =
      checks_caller == 0 || thread.checked_entries.find(operation, *reinterpret_cast<const uintptr_t*>(stack_pointer));
  if (!checked || thread.published + kRoom > thread.limit) [[unlikely]] {
    if (&thread == &g_inert_thread && !g_process.is_running()) return EntryLeft::kNothing;
    return checked ? EntryLeft::kEntry : EntryLeft::kCaller;
  }
  // Else the stack is looked at.
  if (!thread.none_around(operation, stack_pointer)) [[unlikely]]
    return EntryLeft::kEntry;
  thread.outermost_entries.set(operation, stack_pointer);
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
