#include "preload/totals.h"

#include <algorithm>

#include "preload/recorder.h"
#include "preload/threads.h"

namespace mallocop::preload {
namespace {

using trace::BlockTotals;
using trace::Event;

// What signal handlers left to a hook of this thread that they interrupted; whoever asks is such a handler.
BlockTotals nested_totals(const ThreadState& thread) {
  BlockTotals totals;
  Event previous{};
  const uint32_t count = thread.nested_count.load(std::memory_order_relaxed);
  for (uint32_t index = 0; index < std::min<size_t>(count, kNestedEvents); ++index) {
    totals.add(thread.nested[index], previous);
    previous = thread.nested[index];
  }
  return totals;
}

uint32_t answer(mallocop_totals* out, const BlockTotals& totals) {
  *out = {.allocations = totals.allocations, .bytes = totals.bytes, .frees = totals.frees};
  return 1;
}

// The thread's state, made now if it has none; null if nothing is recorded. While a hook of the thread is interrupted
// its ring stays as it is, so that it can be read; a fold cannot be interrupted.
ThreadState* own_state() {
  make_thread_ready();
  return t_thread == &g_inert_thread || !g_process.is_running() ? nullptr : t_thread;
}

}  // namespace

// A handler that interrupts this may fold and begin a new window: then ring_totals() reads again.
uint32_t thread_totals(mallocop_totals* totals) {
  *totals = {};
  ThreadState* const thread = own_state();
  if (thread == nullptr) return 0;
  BlockTotals sum = ring_totals(*thread->ring, thread->totals);
  sum += nested_totals(*thread);
  return answer(totals, sum);
}

uint32_t process_totals(mallocop_totals* totals) {
  *totals = {};
  ThreadState* const thread = own_state();
  if (thread == nullptr) return 0;
  BlockTotals sum = totals_of_all_threads();
  sum += nested_totals(*thread);
  return answer(totals, sum);
}

}  // namespace mallocop::preload
