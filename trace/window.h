// A window record, decoded. Reader's side only: this allocates.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "trace/format.h"

namespace mallocop::trace {

// What one stack allocated for one operation in the window.
struct WindowSite {
  OperationId operation = kOutside;
  StackId stack = kUnknownStack;
  uint64_t allocations = 0;
  uint64_t bytes = 0;  // requested
  uint64_t freed = 0;  // of these allocations, how many were freed in this window by this thread
  uint64_t freed_bytes = 0;
  uint64_t temporary = 0;      // of the freed, how many before the thread's next allocation
  uint64_t reallocations = 0;  // of the allocations, how many are the second half of a realloc
  uint64_t smallest = 0;       // requested bytes of the smallest and the largest allocation
  uint64_t largest = 0;
};

// What one call took from one site.
struct WindowCallSite {
  uint32_t site = 0;  // index into Window::sites
  uint64_t allocations = 0;
  uint64_t bytes = 0;
};

// `repeat` equal calls of an operation, or the part of one call that lies in this window.
// Allocations belong to the innermost open call; an outer call's figures leave them out.
struct WindowCall {
  OperationId operation = kOutside;
  uint64_t repeat = 1;
  uint64_t iterations = 1;  // what each of them stands for (mallocop_op_end_n)
  bool begins = true;       // the call began in this window …
  bool ends = true;         // … and ended in it; only such calls repeat
  bool ordered = true;      // stands where it happened; false: equal calls from anywhere in the window
  uint32_t level = 0;       // calls that were open around it
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t frees = 0;  // done by the call, of any block
  uint64_t temporary = 0;
  uint64_t peak = 0;  // most bytes of the call's own blocks live at once (of this part)
  uint64_t net = 0;   // bytes of the call's own blocks still live at its (or the window's) end
  // Of a call that began in an earlier window: how many blocks are listed, pairs left out, before its end or the
  // window's. kUnknownWhen: the trace is older than that.
  uint32_t blocks_before = kUnknownWhen;
  static constexpr uint32_t kUnknownWhen = 0xffffffff;
  std::vector<WindowCallSite> sites;
};

// How many calls of an operation that ended in the window took how long.
struct WindowLatency {
  OperationId operation = kOutside;
  uint64_t calls = 0;        // iterations; each call's duration is divided by its iterations
  uint64_t total_ticks = 0;  // whole calls, nested ones included
  uint64_t smallest = 0;     // ticks per iteration, exact
  uint64_t largest = 0;
  struct Bucket {
    uint32_t bucket = 0;  // latency_bucket()
    uint64_t calls = 0;   // iterations
  };
  std::vector<Bucket> buckets;
};

// One block that outlives the window, one free of a block from before it or from another thread, or one end of a pair
// that is listed because it is large, or was live when most bytes were; in order.
struct WindowBlock {
  // kTemporaryFree: of the address that the thread allocated last. The block is temporary if it is that one, and not
  // one that another thread allocated there meanwhile.
  // kPairBegin, kPairEnd: a block of a site's `freed` comes and goes; it has no address here.
  enum class Kind : uint8_t { kAlloc, kFree, kTemporaryFree, kPairBegin, kPairEnd };
  Kind kind = Kind::kAlloc;
  // kAlloc: level of the call that it is of, if that is in parts and the trace says so.
  uint16_t part = kNoPart;
  static constexpr uint16_t kNoPart = 0xffff;
  uint64_t level_before = 0;  // most bytes that pairs which are not listed held at once since the entry before
  uint64_t address = 0;
  uint32_t site = 0;                 // kAlloc and pairs: index into Window::sites
  uint64_t size = 0;                 // the same: requested bytes
  OperationId operation = kOutside;  // frees: the operation that freed it
  uint32_t stamp = 0;                // tells events at one address apart that are of different threads (trace/event.h)

  bool of_pair() const { return kind == Kind::kPairBegin || kind == Kind::kPairEnd; }
};

struct Window {
  uint32_t thread_ordinal = 0;
  uint32_t thread_id = 0;
  uint32_t number = 0;  // 0, 1, 2 … in each ring
  uint64_t begin_ticks = 0;
  uint64_t end_ticks = 0;
  uint64_t end_nanoseconds = 0;  // CLOCK_MONOTONIC
  uint64_t events = 0;           // events folded, marks included, cancelled ones not
  uint64_t frees = 0;            // of any block
  std::vector<WindowSite> sites;
  std::vector<WindowCall> calls;
  std::vector<WindowLatency> latencies;
  std::vector<WindowBlock> blocks;
  uint64_t level_after = 0;  // level_before of an entry behind the last
};

// The numbers that a reader needs before it decodes the rest.
struct WindowHead {
  uint32_t thread_ordinal = 0;
  uint32_t number = 0;
  uint64_t events = 0;
};
std::optional<WindowHead> decode_window_head(std::span<const uint8_t> payload);

// Nothing if the payload is damaged. Every index in the result is in range and every count is one that the payload's
// bytes can hold.
std::optional<Window> decode_window(std::span<const uint8_t> payload);
// The same into a window that is there, which keeps the memory of its lists. False: damaged, and `window` is whatever
// was read of it.
bool decode_window(std::span<const uint8_t> payload, Window& window);

}  // namespace mallocop::trace
