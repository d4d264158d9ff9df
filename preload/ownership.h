// Whether the block that a thread frees is one that it allocated itself, and nobody had in between.
//
// The fold pairs a thread's allocation with its own later free of the same address. That is wrong if another thread
// freed the block meanwhile and the address came back: then the pair is made of two blocks. So every free says whether
// its thread can prove that this did not happen.
//
// Each thread remembers its latest allocations in a small table of its own; every bucket of addresses has a counter,
// shared by all threads, of frees without such a proof. An allocation remembers the counter. A free is proved if the
// thread's table has the address and the counter has not moved; then the entry is taken out. Any other free moves the
// counter before the real free.
//
// Why a proof holds: suppose thread A frees X with a valid entry, made at its allocation a, and another thread freed X
// in between. If that free had no proof, it moved the counter before X could be allocated again, and so before X could
// come back to A: the entry would not be valid. If it had a proof, its thread had an entry for X from an allocation
// before a; but X was freed between that allocation and a, by that thread itself, which takes the entry out, or without
// proof, which moves the counter, or with a proof of a third thread, to which the same applies one step earlier.
// Whoever passes X on synchronises with whoever receives it, so relaxed order is enough to see the counter move.
//
// The counters also tell in which order different threads came by an address: an allocation carries its counter, a free
// without proof the counter that it moved. Whoever allocates an address after such a free has the larger one.
//
// What collides in a table is not proved, and is listed in the trace instead of folded: right, and a little larger.
// While a process has one thread nothing of this is needed, or done.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace mallocop::preload {

inline constexpr size_t kFreeCounters = 16384;
extern std::atomic<uint32_t> g_unproved_frees[kFreeCounters];

// Set when a second thread gets its state, and never taken back.
extern std::atomic<bool> g_many_threads;

inline std::atomic<uint32_t>& free_counter(uintptr_t address) {
  return g_unproved_frees[((address >> 4) * 0x9e3779b97f4a7c15) >> 50];
}
static_assert(kFreeCounters == size_t{1} << (64 - 50));

// What a free says of its block.
struct Ownership {
  bool proved;
  uint32_t stamp;  // the counter before it, if it has no proof
};

// A free by somebody who has no table, or is not in it. Before the real free.
inline Ownership free_without_proof(uintptr_t address) {
  if (!g_many_threads.load(std::memory_order_relaxed)) return {true, 0};
  return {false, free_counter(address).fetch_add(1, std::memory_order_relaxed)};
}

// For an allocation by somebody who has no table.
inline uint32_t stamp_of(uintptr_t address) {
  return g_many_threads.load(std::memory_order_relaxed) ? free_counter(address).load(std::memory_order_relaxed) : 0;
}

// One thread only.
class OwnBlocks {
 public:
  // After the real allocation. The counter, which is the event's stamp.
  uint32_t allocated(uintptr_t address) {
    if (!g_many_threads.load(std::memory_order_relaxed)) return 0;
    const uint32_t counter = free_counter(address).load(std::memory_order_relaxed);
    entries_[index_of(address)] = {address, counter};
    return counter;
  }

  // Before the real free.
  Ownership freed(uintptr_t address) {
    if (!g_many_threads.load(std::memory_order_relaxed)) return {true, 0};
    Entry& entry = entries_[index_of(address)];
    const bool proved =
        entry.address == address && entry.counter == free_counter(address).load(std::memory_order_relaxed);
    if (entry.address == address) entry.address = 0;
    return proved ? Ownership{true, 0} : free_without_proof(address);
  }

 private:
  static constexpr size_t kEntries = 1024;
  struct Entry {
    uintptr_t address;
    uint32_t counter;
  };
  static size_t index_of(uintptr_t address) { return ((address >> 4) * 0x9e3779b97f4a7c15) >> 54; }
  static_assert(kEntries == size_t{1} << (64 - 54));

  Entry entries_[kEntries];
};

}  // namespace mallocop::preload
