// Return address to Rule, for the whole process.
//
// Lock-free for readers. Why it is correct: a slot's key is stored after its rule with release order, and readers load
// the key with acquire order before the rule, so a reader that finds a key finds its rule. A slot is written once, by
// whoever claims it with a compare-exchange from empty to kClaimed; a reader that meets kClaimed passes on and may
// miss a rule that is just being written, which costs it a second probe of the same address and nothing else. Dropping
// turns a key back into kClaimed, for good. Rebuilding makes a new table and publishes it with a release store
// (partner: the acquire load in `find`); old tables are never freed. A rule inserted into the old table meanwhile is
// found missing later and made again.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/lock.h"
#include "preload/unwind/rule.h"

namespace mallocop::preload {

class RuleTable {
 public:
  bool start();

  // kUnknown if there is no rule for the address.
  Rule find(uintptr_t return_address) const {
    Table& table = *table_.load(std::memory_order_acquire);
    for (size_t slot = first_slot(return_address, table), probe = 0; probe < kLongestProbe;
         slot = (slot + 1) & table.mask, ++probe) {
      const uint64_t key = table.slot(slot).key.load(std::memory_order_acquire);
      if (key == return_address) return Rule::from_word(table.slot(slot).rule.load(std::memory_order_relaxed));
      if (key == kEmpty) break;
    }
    return Rule();
  }

  // Any thread that is busy. A rule that finds no place is dropped.
  void insert(uintptr_t return_address, Rule rule);

  // Forgets the rules of addresses in [begin, end): a library was closed, or may have been. A thread that has a frame
  // in it still finds the rule or asks for it anew; what a dropped slot says is not changed.
  void drop(uintptr_t begin, uintptr_t end);

 private:
  static constexpr uint64_t kEmpty = 0, kClaimed = ~uint64_t{0};
  static constexpr size_t kLongestProbe = 64;
  struct Slot {
    std::atomic<uint64_t> key;
    std::atomic<uint64_t> rule;
  };
  struct Table {
    size_t mask;
    std::atomic<size_t> used;
    // The slots lie right behind.
    Slot& slot(size_t index) { return reinterpret_cast<Slot*>(this + 1)[index]; }
  };

  static size_t first_slot(uintptr_t address, const Table& table) {
    const uint64_t mixed = address * 0x9e3779b97f4a7c15;
    return static_cast<size_t>(mixed >> 32) & table.mask;
  }
  static bool insert_into(Table& table, uintptr_t return_address, Rule rule);
  static Table* make_table(size_t slots);
  void rebuild();

  std::atomic<Table*> table_{nullptr};
  Lock rebuild_lock_;
};

}  // namespace mallocop::preload
