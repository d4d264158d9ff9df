// What the shim keeps for each thread, and how a thread gets and loses it.
//
// The state lies in memory that the kernel fills with zeros in a forked child (MADV_WIPEONFORK): a child that goes on
// with its parent's thread-local pointer finds `limit` 0, leaves the hot path, and is recognised as a child before it
// can touch a ring that it shares with its parent. This holds for fork, _Fork and a raw clone; a vfork child shares
// everything with its suspended parent, and is the parent as far as the shim is concerned.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/batches.h"
#include "preload/checked_entries.h"
#include "preload/outermost_entries.h"
#include "preload/ownership.h"
#include "preload/ring_totals.h"
#include "preload/unwind/capture_state.h"
#include "trace/fold.h"
#include "trace/live.h"

namespace mallocop::preload {

inline constexpr size_t kNestedEvents = 128;  // events of signal handlers that interrupt a hook
inline constexpr size_t kNameCache = 64;

struct NameCacheEntry {
  const char* name;
  trace::OperationId operation;
};

// A call that counts other threads' allocations, and what these were when it began.
inline constexpr size_t kMaxFanOuts = 16;
struct FanOut {
  uint64_t call;
  uint64_t allocations;
  uint64_t bytes;
};

struct ThreadState {
  // --- hot ---
  uint32_t published;  // events in the ring
  uint32_t limit;      // kRingEvents while events may be pushed; 0: busy, inert, or wiped by a fork
  trace::Event* events;
  trace::RingChunk* ring;
  uint32_t window;
  uint32_t tool_depth;           // > 0: what is allocated now is mallocop's own
  uintptr_t busy_stack_pointer;  // of the hook that made the thread busy
  std::atomic<uint32_t> nested_count;
  uint32_t open_calls;  // roughly: a longjmp out of an operation leaves it too high; only when to fold depends on it

  CheckedEntries checked_entries;
  OutermostEntries outermost_entries;

  OwnBlocks own_blocks;

  CaptureState capture;

  // --- the rest ---
  uint32_t ordinal;
  uint32_t thread_id;
  uint32_t destructor_rounds;
  Batch batch;
  FanOut fan_outs[kMaxFanOuts];
  uint32_t fan_outs_begun;
  ThreadState* next_free;
  ThreadState* next_of_all;
  trace::FoldScratch* scratch;
  FoldedTotals totals;
  trace::Event nested[kNestedEvents];
  NameCacheEntry names[kNameCache];

  // Whether the stack pointer of an entry proves by itself that no call of the operation is around it.
  bool none_around(trace::OperationId operation, uintptr_t stack_pointer) const {
    return capture.bounds.contains(stack_pointer) && outermost_entries.none_around(operation, stack_pointer);
  }

  EventPlace last_place() const { return {window, published - 1}; }
};

// The state of threads that record nothing: those that have none yet, and all of them when the shim is off.
extern ThreadState g_inert_thread;

// Never null. Initial-exec: an access is one instruction and never allocates.
extern constinit thread_local ThreadState* t_thread __attribute__((tls_model("initial-exec")));

// Takes over the events that signal handlers left in `nested`, and makes the thread ready again. Out of line: rare.
void take_nested(ThreadState& thread);

// While one exists, the thread is busy: a signal handler's event goes to `nested`, and nothing here is re-entered.
class Busy {
 public:
  [[gnu::always_inline]] explicit Busy(ThreadState& thread) : thread_(thread) {
    thread_.busy_stack_pointer = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    thread_.limit = 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  [[gnu::always_inline]] ~Busy() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    thread_.limit = trace::kRingEvents;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (thread_.nested_count.load(std::memory_order_relaxed) != 0) [[unlikely]]
      take_nested(thread_);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  ThreadState& thread_;
};

}  // namespace mallocop::preload
