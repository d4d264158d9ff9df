// The tree of stacks: every distinct (caller's node, return address) once, as a number.
//
// Lock-free for everybody who looks up or inserts; only growing takes a lock, and nobody waits for it.
//
// Why it is correct:
//   - A node is written before it can be found. Its id comes from one fetch_add, so no two threads write one node; the
//     address is stored last with release order, and the id enters a slot by a compare-exchange with release order,
//     whose partner is the acquire load of the slot in `intern`. A thread that finds an id therefore sees its node.
//   - A slot changes once, from empty to a stack; tables are never freed. A reader of an old table sees old slots.
//   - When a table is half full, a larger one is filled from it and published by a release store (partner: the acquire
//     load in `intern`). An insertion into the old table at that moment may be missed: then the same stack is inserted
//     a second time later, under another id. Two ids for one stack are allowed; the reporter joins them.
//   - A parent is interned before its child asks for an id, so a parent's id is always the smaller one.
//
// A stack is found by the hash of its whole path and not of its parent's id, so that the slots of many frames can be
// asked for at once, before any id is known: a table of a large program is in no cache.
//
// Nodes lie in the companion file, so they survive a kill; the tables do not have to.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/functions.h"
#include "preload/live_file.h"
#include "preload/lock.h"
#include "preload/trace_writer.h"
#include "trace/live.h"

namespace mallocop::preload {

// A frame on its way into the tree.
struct StackFrame {
  uintptr_t address;
  trace::ModuleIndex module;
  uint16_t flags;  // trace::NodeFlags
};

// A stack, by its id and the hash of its path. The default is the parent of outermost frames.
struct StackRef {
  trace::StackId id = trace::kNoParent;
  uint32_t hash = 0;
};

class StackTable {
 public:
  // False if there is no memory or no disk for it. `functions` is told of every stack, if it has any.
  bool start(LiveFile& live, Functions& functions);

  // The stack whose innermost frame is `frame`, called from the stack `parent`. kUnknownStack when no more nodes can be
  // had. Any thread that is busy.
  StackRef intern(const StackRef& parent, const StackFrame& frame);

  // Soon `intern` will be called with a parent of this hash and this frame: starts to load what it needs. Returns the
  // hash of the stack.
  uint32_t prefetch(uint32_t parent_hash, const StackFrame& frame) const {
    const uint32_t hash = hash_of(parent_hash, frame);
    Table& table = *table_.load(std::memory_order_acquire);
    __builtin_prefetch(&table.slot(hash & table.mask));
    return hash;
  }

  // The node of an id that intern gave; null for other ids.
  trace::StackNode* node(trace::StackId id) const;

  // Writes the nodes that the trace does not have yet. A node that another thread is just making stops it, unless
  // `last_time`: then such a node is left out. Any thread that is busy.
  void write_new_nodes(TraceWriter& trace, bool last_time);

 private:
  // A stack as a slot holds it: the hash in the upper half, the id in the lower; 0: empty.
  using Slot = std::atomic<uint64_t>;
  static constexpr uint64_t pack(uint32_t hash, trace::StackId id) { return (uint64_t{hash} << 32) | id; }
  static constexpr uint32_t hash_in(uint64_t slot) { return static_cast<uint32_t>(slot >> 32); }
  static constexpr trace::StackId id_in(uint64_t slot) { return static_cast<trace::StackId>(slot); }

  struct Table {
    uint32_t mask;
    std::atomic<uint32_t> used;
    // The slots lie right behind.
    Slot& slot(uint32_t index) { return reinterpret_cast<Slot*>(this + 1)[index]; }
  };

  static uint32_t hash_of(uint32_t parent_hash, const StackFrame& frame) {
    uint64_t mixed = (parent_hash * 0x9e3779b97f4a7c15) + frame.address +
                     (uint64_t{frame.module} << 48 | uint64_t{frame.flags} << 62);
    mixed = (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93;
    return static_cast<uint32_t>(mixed >> 32);
  }

  trace::StackNode* make_node(trace::StackId id);
  trace::StackId publish(trace::StackId parent, const StackFrame& frame);
  Table* make_table(uint32_t slots);
  void grow(Table& full);

  LiveFile* live_ = nullptr;
  Functions* functions_ = nullptr;
  std::atomic<Table*> table_{nullptr};
  std::atomic<trace::StackId> next_{trace::kFirstStack};
  std::atomic<trace::NodeChunk*> chunks_[trace::kMaxNodeChunks] = {};
  Lock chunk_lock_;
  std::atomic<bool> growing_{false};
  Lock write_lock_;
  std::atomic<trace::StackId> written_{trace::kFirstStack};
};

}  // namespace mallocop::preload
