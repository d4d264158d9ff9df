#include "preload/unwind/rule_table.h"

#include "preload/sys.h"

namespace mallocop::preload {
namespace {
constexpr size_t kFirstSlots = 2048;
}

bool RuleTable::start() {
  table_.store(make_table(kFirstSlots), std::memory_order_release);
  return table_.load(std::memory_order_relaxed) != nullptr;
}

RuleTable::Table* RuleTable::make_table(size_t slots) {
  auto* const table = static_cast<Table*>(sys::map_anonymous(sizeof(Table) + slots * sizeof(Slot)));
  if (table != nullptr) table->mask = slots - 1;
  return table;
}

bool RuleTable::insert_into(Table& table, uintptr_t return_address, Rule rule) {
  for (size_t slot = first_slot(return_address, table), probe = 0; probe < kLongestProbe;
       slot = (slot + 1) & table.mask, ++probe) {
    uint64_t key = table.slot(slot).key.load(std::memory_order_acquire);
    if (key == return_address) return true;
    if (key != kEmpty) continue;
    if (!table.slot(slot).key.compare_exchange_strong(key, kClaimed, std::memory_order_acquire)) {
      if (key == return_address) return true;
      continue;
    }
    table.slot(slot).rule.store(rule.word(), std::memory_order_relaxed);
    table.slot(slot).key.store(return_address, std::memory_order_release);  // partner: find()
    table.used.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  return false;
}

void RuleTable::insert(uintptr_t return_address, Rule rule) {
  Table& table = *table_.load(std::memory_order_acquire);
  const bool placed = insert_into(table, return_address, rule);
  if (placed && table.used.load(std::memory_order_relaxed) <= table.mask / 2) return;
  const Locked locked(rebuild_lock_);
  if (table_.load(std::memory_order_relaxed) == &table) rebuild();
  insert_into(*table_.load(std::memory_order_relaxed), return_address, rule);
}

void RuleTable::drop(uintptr_t begin, uintptr_t end) {
  const Locked locked(rebuild_lock_);
  Table& table = *table_.load(std::memory_order_relaxed);
  for (size_t slot = 0; slot <= table.mask; ++slot) {
    const uint64_t key = table.slot(slot).key.load(std::memory_order_relaxed);
    if (key >= begin && key < end && key != kEmpty) table.slot(slot).key.store(kClaimed, std::memory_order_release);
  }
}

void RuleTable::rebuild() {
  Table& old = *table_.load(std::memory_order_relaxed);
  const auto key_of = [&](size_t slot) {
    const uint64_t key = old.slot(slot).key.load(std::memory_order_acquire);
    return key == kClaimed ? kEmpty : key;
  };
  size_t live = 0;
  for (size_t slot = 0; slot <= old.mask; ++slot) live += key_of(slot) != kEmpty;
  const size_t slots = 4 * live > old.mask ? 4 * (old.mask + 1) : old.mask + 1;
  Table* const fresh = make_table(slots);
  if (fresh == nullptr) return;
  for (size_t slot = 0; slot <= old.mask; ++slot) {
    if (const uint64_t key = key_of(slot); key != kEmpty)
      insert_into(*fresh, key, Rule::from_word(old.slot(slot).rule.load(std::memory_order_relaxed)));
  }
  table_.store(fresh, std::memory_order_release);
}

}  // namespace mallocop::preload
