// A hash map from 64-bit keys to small values: open addressing, linear probing, no tombstones.
//
// Reading a trace is mostly this map: by address, of each block that is live; by content, of each stack. It is one
// array at most three quarters full; removing moves the entries behind back, so that probes stay short however long a
// trace is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mallocop::report {

template <typename Value>
class FlatMap {
 public:
  // Every key but this one may be used.
  static constexpr uint64_t kNoKey = std::numeric_limits<uint64_t>::max();

  // Null if there is no entry. Pointers are good until the next insert or erase.
  Value* find(uint64_t key) {
    if (slots_.empty()) return nullptr;
    Slot& slot = slots_[place_of(key)];
    return slot.key == key ? &slot.value : nullptr;
  }

  // The entry of `key`, made if there is none.
  Value& operator[](uint64_t key) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    Slot& slot = slots_[place_of(key)];
    if (slot.key != key) {
      slot = {key, Value{}};
      ++size_;
    }
    return slot.value;
  }

  void erase(uint64_t key) {
    if (slots_.empty()) return;
    const size_t mask = slots_.size() - 1;
    size_t hole = place_of(key);
    if (slots_[hole].key != key) return;
    for (size_t next = (hole + 1) & mask; slots_[next].key != kNoKey; next = (next + 1) & mask) {
      // An entry may move back into the hole if that is not before the place where its own probing starts.
      const size_t home = hash(slots_[next].key) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = {};
    --size_;
  }

  size_t size() const { return size_; }

  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.key != kNoKey) visit(slot.key, slot.value);
    }
  }

 private:
  struct Slot {
    uint64_t key = kNoKey;
    Value value{};
  };

  static size_t hash(uint64_t key) {
    const uint64_t product = (key >> 4 ^ key << 60) * 0x9e3779b97f4a7c15U;
    return static_cast<size_t>(product ^ (product >> 32));
  }

  // Where `key` is, or the free place where it would go. There is always a free place.
  size_t place_of(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t place = hash(key) & mask;
    while (slots_[place].key != key && slots_[place].key != kNoKey) place = (place + 1) & mask;
    return place;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != kNoKey) slots_[place_of(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two of them
  size_t size_ = 0;
};

}  // namespace mallocop::report
