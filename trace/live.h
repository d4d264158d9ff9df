// The companion file of a running process: what is not in the trace yet.
//
// While a process runs, its rings and its stack tree live in `TRACE.live`, a file mapped shared, so that a process
// that is killed loses nothing that it had published. A process that ends in order folds everything into the trace
// and removes the companion. The file is a LiveHeader, then chunks one behind the other, each reserved on disk
// before it is mapped.
//
// The structures are those that the shim works on, in their memory layout (x86-64, little endian). The reporter
// distrusts them like every other byte: see report/trace/recovery.h.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "trace/event.h"
#include "trace/format.h"

namespace mallocop::trace {

inline constexpr size_t kLivePage = 4096;

struct LiveHeader {
  uint8_t magic[8];
  uint16_t version;
  uint16_t minimum_reader_version;
  uint32_t header_size;  // kLivePage
  uint64_t session;      // as in the trace's FileHeader
  uint32_t process_id;
  uint32_t node_count_hint;
  std::atomic<uint64_t> events_dropped;  // each is also a Loss record once the process ends in order
  std::atomic<uint64_t> unmatched_call_ends;
  std::atomic<uint64_t> calls_too_deep;
  std::atomic<uint64_t> trace_cannot_grow;  // not 0: recording stopped; the errno that stopped it
};
static_assert(sizeof(LiveHeader) <= kLivePage);

inline constexpr uint32_t kChunkMagic = 0x6b68634d;  // "Mchk"
enum class ChunkKind : uint32_t { kRing = 1, kNodes = 2 };

struct ChunkHeader {
  uint32_t magic;
  ChunkKind kind;
  uint64_t size;   // bytes, this header included; a multiple of kLivePage
  uint64_t index;  // of the ring, or of the block of nodes
  uint64_t unused;
};
static_assert(sizeof(ChunkHeader) == 32);

// --- Nodes of the stack tree --------------------------------------------------------------------------------------
struct StackNode {
  uint64_t address;  // 0: reserved, not published yet. Written last, with release order.
  StackId parent;    // smaller than the node's own id
  ModuleIndex module;
  uint16_t flags;  // NodeFlags
};
static_assert(sizeof(StackNode) == 16);

inline constexpr size_t kNodesPerChunk = 65536;
inline constexpr size_t kMaxNodeChunks = 256;  // 16 million nodes, as many as an event can name
static_assert(kNodesPerChunk * kMaxNodeChunks <= size_t{1} << Event::kStackBits);
struct NodeChunk {
  ChunkHeader header;
  uint8_t padding[kLivePage - sizeof(ChunkHeader)];
  StackNode nodes[kNodesPerChunk];
};

// --- Rings --------------------------------------------------------------------------------------------------------
// A call (of an operation) that has begun and not ended. Those of marks end when they are said to; a function's when
// the next entry shows that its frame is gone.
struct OpenCall {
  OperationId operation;
  uint32_t token;      // of a mark; 0: the entry of a function
  uint64_t begin;      // of a mark: ticks; of an entry: the stack pointer
  uint64_t coroutine;  // whose call it is; 0: the thread itself
  uint32_t serial;     // 1, 2, 3 … in order of beginning; 0: none
  uint16_t place;      // no two open calls of a thread have the same
  uint16_t parent;     // place of the call around it, of the same kind and coroutine; kNoPlace

  bool is_mark() const { return token != 0; }
};
static_assert(sizeof(OpenCall) == 32);
inline constexpr uint16_t kNoPlace = kMaxOpenCalls;

// How many calls of an operation this thread has ended: only up to kOrderedCalls is of interest.
struct CallCounter {
  OperationId operation;  // kOutside: the place is free
  uint32_t calls;
};
inline constexpr size_t kCallCounters = 128;

// What a fold must remember for the next one.
struct FoldState {
  uint32_t depth;            // calls open, at most kMaxOpenCalls
  uint32_t last_block_call;  // serial of the call that allocated last_block; 0: none
  uint64_t last_block;       // the thread's latest allocation if it is still live, else 0
  uint64_t begin_ticks;      // when the window began
  uint64_t coroutine;        // that ran then
  uint32_t serial;           // of the latest call
  uint32_t unused;
  CallCounter counters[kCallCounters];
  OpenCall open[kMaxOpenCalls];  // the first `depth`, in any order

  // Of a thread that begins now. The open calls are left as they are: most threads never have one, and zeros would cost
  // them the memory.
  void start(uint64_t ticks) {
    depth = last_block_call = serial = unused = 0;
    last_block = coroutine = 0;
    begin_ticks = ticks;
    for (CallCounter& counter : counters) counter = {};
  }
};

inline constexpr size_t kRingEvents = 4096;  // 64 KiB of events in each thread
static_assert(kRingEvents <= 0x8000, "the fold numbers events with 16 bits");

// `progress` holds the number of the window that the ring is filling (upper 32 bits) and how many of its events are
// published (lower 32): one word, so that closing a window and emptying the ring is one store. The window in the
// trace with the number in `progress` means that the process was killed between writing the window and that store:
// its events are in the trace already.
//
// The owner is the only writer. It stores an event, then `progress` with release order; whoever reads `progress`
// (the reporter, after the process is gone) sees all events below it. Folding window n reads state[n % 2] and
// writes state[(n + 1) % 2], so that a kill inside the fold leaves the input whole.
struct RingHeader {
  std::atomic<uint64_t> progress;
  uint32_t thread_ordinal;  // 1, 2, 3 … in order of first use; 0: no thread owns the ring
  uint32_t thread_id;       // the kernel's
  FoldState state[2];
};

inline constexpr size_t kRingHeaderSize = 20480;
struct RingChunk {
  ChunkHeader header;
  RingHeader ring;
  uint8_t padding[kRingHeaderSize - sizeof(ChunkHeader) - sizeof(RingHeader)];
  Event events[kRingEvents];
};
// What lies right before the first event is padding: the recorder may look at the event before it, and finds none.
static_assert(sizeof(ChunkHeader) + sizeof(RingHeader) + sizeof(Event) <= kRingHeaderSize);
static_assert(sizeof(RingChunk) % kLivePage == 0 && sizeof(NodeChunk) % kLivePage == 0);
static_assert(std::atomic<uint64_t>::is_always_lock_free);

constexpr uint64_t make_progress(uint32_t window, uint32_t published) { return (uint64_t{window} << 32) | published; }
constexpr uint32_t progress_window(uint64_t progress) { return static_cast<uint32_t>(progress >> 32); }
constexpr uint32_t progress_published(uint64_t progress) { return static_cast<uint32_t>(progress); }

}  // namespace mallocop::trace
