#include "preload/stack_table.h"

#include <algorithm>

#include "preload/sys.h"
#include "trace/records.h"

namespace mallocop::preload {
namespace {

constexpr uint32_t kFirstSlots = 4096;
constexpr uint32_t kLongestProbe = 128;  // a table this crowded is growing: insert again, elsewhere
constexpr trace::StackId kMaxNodes = trace::kNodesPerChunk * trace::kMaxNodeChunks;

}  // namespace

bool StackTable::start(LiveFile& live, Functions& functions) {
  live_ = &live;
  functions_ = &functions;
  Table* const table = make_table(kFirstSlots);
  table_.store(table, std::memory_order_release);
  return table != nullptr && make_node(trace::kFirstStack) != nullptr;
}

StackTable::Table* StackTable::make_table(uint32_t slots) {
  auto* const table = static_cast<Table*>(sys::map_anonymous(sizeof(Table) + slots * sizeof(Slot)));
  if (table != nullptr) table->mask = slots - 1;
  return table;
}

trace::StackNode* StackTable::node(trace::StackId id) const {
  trace::NodeChunk* const chunk = chunks_[id / trace::kNodesPerChunk].load(std::memory_order_acquire);
  return chunk == nullptr ? nullptr : &chunk->nodes[id % trace::kNodesPerChunk];
}

// The memory of node `id`, made if it is the first of its chunk.
trace::StackNode* StackTable::make_node(trace::StackId id) {
  if (trace::StackNode* const ready = node(id)) return ready;
  const size_t index = id / trace::kNodesPerChunk;
  const Locked locked(chunk_lock_);
  if (node(id) == nullptr) {
    void* const chunk = live_->add_chunk(trace::ChunkKind::kNodes, sizeof(trace::NodeChunk), index);
    if (chunk == nullptr || (functions_->any() && !functions_->add_chunk(index))) return nullptr;
    chunks_[index].store(static_cast<trace::NodeChunk*>(chunk), std::memory_order_release);
  }
  return node(id);
}

// A node that no table knows yet; kUnknownStack if there is no room for it.
trace::StackId StackTable::publish(trace::StackId parent, const StackFrame& frame) {
  if (next_.load(std::memory_order_relaxed) >= kMaxNodes) return trace::kUnknownStack;
  trace::StackId made = next_.fetch_add(1, std::memory_order_relaxed);
  trace::StackNode* const fresh = made < kMaxNodes ? make_node(made) : nullptr;
  if (fresh == nullptr) return trace::kUnknownStack;
  fresh->parent = parent;
  fresh->module = frame.module;
  fresh->flags = frame.flags;
  if (functions_->any()) {
    const trace::StackNode complete{frame.address, parent, frame.module, frame.flags};
    functions_->note(made, complete);
  }
  // Partners: write_new_nodes, and the reporter after a kill.
  std::atomic_ref<uint64_t>(fresh->address).store(frame.address, std::memory_order_release);
  return made;
}

StackRef StackTable::intern(const StackRef& parent, const StackFrame& frame) {
  Table& table = *table_.load(std::memory_order_acquire);
  StackRef made{trace::kUnknownStack, hash_of(parent.hash, frame)};
  uint32_t slot = made.hash & table.mask;
  for (uint32_t probe = 0; probe < kLongestProbe;) {
    uint64_t found = table.slot(slot).load(std::memory_order_acquire);
    if (found != 0) {
      if (hash_in(found) == made.hash) {
        const trace::StackNode& known = *node(id_in(found));
        if (known.address == frame.address && known.parent == parent.id && known.module == frame.module &&
            known.flags == frame.flags)
          return {id_in(found), made.hash};
      }
      slot = (slot + 1) & table.mask;
      ++probe;
      continue;
    }
    if (made.id == trace::kUnknownStack) made.id = publish(parent.id, frame);
    if (made.id == trace::kUnknownStack) return made;
    if (table.slot(slot).compare_exchange_strong(found, pack(made.hash, made.id), std::memory_order_release,
                                                 std::memory_order_relaxed)) {
      if (table.used.fetch_add(1, std::memory_order_relaxed) > table.mask / 2) grow(table);
      return made;
    }
    // Another thread took the slot: look at it again, it may hold this very stack.
  }
  // Crowded, because other threads go on inserting while one of them makes the larger table. If that one is ready, it
  // has the stack or a place for it; if not, the stack gets a node that no table knows, and another one next time.
  grow(table);
  if (table_.load(std::memory_order_acquire) != &table && made.id == trace::kUnknownStack) return intern(parent, frame);
  if (made.id == trace::kUnknownStack) made.id = publish(parent.id, frame);
  return made;
}

void StackTable::grow(Table& full) {
  const SignalsBlocked blocked;
  if (growing_.exchange(true, std::memory_order_acquire)) return;
  if (table_.load(std::memory_order_relaxed) == &full) {
    const uint32_t slots = 4 * (full.mask + 1);
    if (Table* const larger = make_table(slots)) {
      uint32_t used = 0;
      for (uint32_t old = 0; old <= full.mask; ++old) {
        // Acquire: whoever finds the stack in the larger table must see its node.
        const uint64_t stack = full.slot(old).load(std::memory_order_acquire);
        if (stack == 0) continue;
        uint32_t slot = hash_in(stack) & larger->mask;
        while (larger->slot(slot).load(std::memory_order_relaxed) != 0) slot = (slot + 1) & larger->mask;
        larger->slot(slot).store(stack, std::memory_order_relaxed);
        ++used;
      }
      larger->used.store(used, std::memory_order_relaxed);
      table_.store(larger, std::memory_order_release);
    }
  }
  growing_.store(false, std::memory_order_release);
}

void StackTable::write_new_nodes(TraceWriter& trace, bool last_time) {
  // Acquire: the ids that this thread's window names were interned before, so they are below `end`.
  const trace::StackId end = std::min(next_.load(std::memory_order_acquire), kMaxNodes);
  if (written_.load(std::memory_order_acquire) >= end) return;
  constexpr trace::StackId kBatch = 32;  // small: this runs on the host's stack
  uint8_t payload[kBatch * 24 + 32];
  const Locked locked(write_lock_);
  trace::StackId first = written_.load(std::memory_order_relaxed);
  while (first < end) {
    trace::StackNode nodes[kBatch];
    trace::StackId count = 0;
    for (; count < kBatch && first + count < end; ++count) {
      trace::StackNode* const known = node(first + count);
      if (known == nullptr || std::atomic_ref<uint64_t>(known->address).load(std::memory_order_acquire) == 0) break;
      nodes[count] = *known;
    }
    if (count > 0) {
      trace::ByteWriter out(payload, sizeof payload);
      trace::encode_frames(out, first, {nodes, count});
      if (!trace.append(trace::RecordType::kFrames, payload, out.size())) return;
      first += count;
    } else if (last_time) {
      ++first;
    } else {
      break;
    }
    written_.store(first, std::memory_order_release);
  }
}

}  // namespace mallocop::preload
