// A hash map from 64-bit keys to small values: open addressing, linear probing, no tombstones.
//
// Reading a trace is mostly this map: by address, of each block that is live; by content, of each stack. It is one
// array at most three quarters full; removing moves the entries behind back, so that probes stay short however long a
// trace is.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "report/trace/zeroed_array.h"

namespace mallocop::report {

template <typename Value>
class FlatMap {
 public:
  // Every key but this one may be used.
  static constexpr uint64_t kNoKey = std::numeric_limits<uint64_t>::max();

  // Null if there is no entry. Pointers are good until the next insert or erase.
  Value* find(uint64_t key) {
    if (slots_.size() == 0) return nullptr;
    Slot& slot = slots_[place_of(key)];
    return slot.stored != kEmpty ? &slot.value : nullptr;
  }

  // The entry of `key`, made if there is none: true.
  std::pair<Value*, bool> insert(uint64_t key) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    Slot& slot = slots_[place_of(key)];
    const bool added = slot.stored == kEmpty;
    if (added) {
      slot = {key + 1, Value{}};
      ++size_;
    }
    return {&slot.value, added};
  }
  Value& operator[](uint64_t key) { return *insert(key).first; }

  void erase(uint64_t key) {
    if (slots_.size() == 0) return;
    const size_t mask = slots_.size() - 1;
    size_t hole = place_of(key);
    if (slots_[hole].stored == kEmpty) return;
    for (size_t next = (hole + 1) & mask; slots_[next].stored != kEmpty; next = (next + 1) & mask) {
      // An entry may move back into the hole if that is not before the place where its own probing starts.
      const size_t home = home_of(slots_[next].stored - 1);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole].stored = kEmpty;
    --size_;
  }

  size_t size() const { return size_; }

  template <typename Visit>
  void for_each(Visit visit) const {
    for (size_t place = 0; place < slots_.size(); ++place) {
      if (slots_[place].stored != kEmpty) visit(slots_[place].stored - 1, slots_[place].value);
    }
  }

 private:
  static constexpr uint64_t kEmpty = 0;

  // Empty ones are zeros, so that a fresh array need not be written.
  struct Slot {
    uint64_t stored = kEmpty;  // the key plus one
    Value value{};
  };

  size_t home_of(uint64_t key) const {
    const uint64_t product = (key ^ key >> 32) * 0x9e3779b97f4a7c15U;
    return static_cast<size_t>((product ^ product >> 32) * 0x9e3779b97f4a7c15U >> shift_);
  }

  // Where `key` is, or the free place where it would go. There is always a free place.
  size_t place_of(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t place = home_of(key);
    while (slots_[place].stored != key + 1 && slots_[place].stored != kEmpty) place = (place + 1) & mask;
    return place;
  }

  void grow() {
    ZeroedArray<Slot> old(slots_.size() == 0 ? 64 : slots_.size() * 2);
    old.swap(slots_);
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots_.size()));
    for (size_t place = 0; place < old.size(); ++place) {
      if (old[place].stored != kEmpty) slots_[place_of(old[place].stored - 1)] = old[place];
    }
  }

  ZeroedArray<Slot> slots_;  // a power of two of them
  unsigned shift_ = 64;      // of a product, what leaves the bits of a place
  size_t size_ = 0;
};

}  // namespace mallocop::report
