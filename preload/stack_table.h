// The tree of stacks: every distinct (caller's node, return address) once, as a number.
//
// Lock-free for everybody who looks up or inserts; only growing takes a lock, and nobody waits for it.
//
// Why it is correct:
//   - A node is written before it can be found. Its id comes from one fetch_add, so no two threads write one node; the
//     address is stored last with release order, and the id enters a slot by a compare-exchange with release order,
//     whose partner is the acquire load of the slot in `intern`. A thread that finds an id therefore sees its node.
//   - A slot changes once, from empty to an id; tables are never freed. A reader of an old table sees old slots.
//   - When a table is half full, a larger one is filled from the nodes and published by a release store (partner: the
//     acquire load in `intern`). An insertion into the old table at that moment may be missed: then the same stack is
//     inserted a second time later, under another id. Two ids for one stack are allowed; the reporter joins them.
//   - A parent is interned before its child asks for an id, so a parent's id is always the smaller one.
//
// Nodes lie in the companion file, so they survive a kill; the tables do not have to.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/live_file.h"
#include "preload/lock.h"
#include "preload/trace_writer.h"
#include "trace/live.h"

namespace mallocop::preload {

class StackTable {
 public:
  // False if there is no memory or no disk for it.
  bool start(LiveFile& live);

  // The id of the stack whose innermost frame is `address`, called from the stack `parent`. kUnknownStack when no
  // more nodes can be had. Any thread that is busy.
  trace::StackId intern(trace::StackId parent, uintptr_t address, trace::ModuleIndex module, uint16_t flags);

  // The node of an id that intern gave; null for other ids.
  trace::StackNode* node(trace::StackId id) const;

  // Writes the nodes that the trace does not have yet. A node that another thread is just making stops it, unless
  // `last_time`: then such a node is left out. Any thread that is busy.
  void write_new_nodes(TraceWriter& trace, bool last_time);

 private:
  struct Table {
    uint32_t mask;
    std::atomic<uint32_t> used;
    // The slots lie right behind.
    std::atomic<trace::StackId>& slot(uint32_t index) {
      return reinterpret_cast<std::atomic<trace::StackId>*>(this + 1)[index];
    }
  };

  trace::StackNode* make_node(trace::StackId id);
  trace::StackId publish(trace::StackId parent, uintptr_t address, trace::ModuleIndex module, uint16_t flags);
  Table* make_table(uint32_t slots);
  void grow(Table& full);

  LiveFile* live_ = nullptr;
  std::atomic<Table*> table_{nullptr};
  std::atomic<trace::StackId> next_{trace::kFirstStack};
  std::atomic<trace::NodeChunk*> chunks_[trace::kMaxNodeChunks] = {};
  Lock chunk_lock_;
  std::atomic<bool> growing_{false};
  Lock write_lock_;
  std::atomic<trace::StackId> written_{trace::kFirstStack};
};

}  // namespace mallocop::preload
