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
// The thread's last event is as good as an entry: if it allocated the block, and its stamp is what the counter says
// now, nobody freed the block in between. So a block that is allocated like one that was freed at once gets no entry,
// and its free at once looks for none. Every other free takes the entry out, if there is one: an entry of a block that
// its thread has freed since would be a false proof.
//
// What collides in a table is not proved, and is listed in the trace instead of folded: right, and a little larger.
// While a process has one thread every free is proved, no counter moves, and an entry may be out of date: what it says
// is a hint then, which the fold checks.
//
// The table also says where in the ring the allocation's event lies, so that most frees can be paired without a search.
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
  uint32_t stamp;    // the counter before it, if it has no proof
  uint32_t partner;  // as in trace::Event
};

// Where in its ring an allocation's event lies.
struct EventPlace {
  uint32_t window;
  uint32_t index;
};

// A free by somebody who has no table, or is not in it. Before the real free.
inline Ownership free_without_proof(uintptr_t address) {
  if (!g_many_threads.load(std::memory_order_relaxed)) return {true, 0, 0};
  return {false, free_counter(address).fetch_add(1, std::memory_order_relaxed), 0};
}

// What an entry of a table says of its bucket. One that was made when there was one thread proves nothing later.
inline constexpr uint32_t kOneThread = ~0U;
inline uint32_t counter_of(uintptr_t address) {
  return g_many_threads.load(std::memory_order_relaxed) ? free_counter(address).load(std::memory_order_relaxed)
                                                        : kOneThread;
}

// The stamp of an allocation.
inline uint32_t stamp_of(uint32_t counter) { return counter == kOneThread ? 0 : counter; }

// One thread only.
class OwnBlocks {
 public:
  // After the real allocation: `counter` is counter_of(address), and `place` where the event came to lie.
  [[gnu::always_inline]] void remember(uintptr_t address, uint32_t counter, const EventPlace& place) {
    entries_[index_of(address)] = {address, counter, static_cast<uint16_t>(place.index),
                                   static_cast<uint16_t>(place.window)};
  }

  // Before the real free, in a ring that is filling `window`.
  [[gnu::always_inline]] Ownership freed(uintptr_t address, uint32_t window) {
    Entry& entry = entries_[index_of(address)];
    if (entry.address != address) return free_without_proof(address);
    entry.address = 0;
    if (entry.counter != counter_of(address)) return free_without_proof(address);
    return {true, 0, entry.partner_in(window)};
  }

  // The same while there is one thread: the partner.
  [[gnu::always_inline]] uint32_t freed_by_only_thread(uintptr_t address, uint32_t window) {
    Entry& entry = entries_[index_of(address)];
    if (entry.address != address) return 0;
    entry.address = 0;
    return entry.partner_in(window);
  }

  // The block was freed without a look into the table.
  void forget(uintptr_t address) {
    Entry& entry = entries_[index_of(address)];
    if (entry.address == address) entry.address = 0;
  }

 private:
  static constexpr size_t kEntries = 2048;
  struct Entry {
    uintptr_t address;
    uint32_t counter;
    uint16_t index;   // of the allocation's event …
    uint16_t window;  // … in this window, as far as 16 bits say

    uint32_t partner_in(uint32_t filling) const { return window == static_cast<uint16_t>(filling) ? index + 1U : 0U; }
  };
  static size_t index_of(uintptr_t address) { return ((address >> 4) * 0x9e3779b97f4a7c15) >> 53; }
  static_assert(kEntries == size_t{1} << (64 - 53));

  Entry entries_[kEntries];
};

}  // namespace mallocop::preload
