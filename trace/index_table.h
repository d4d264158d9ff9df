// A hash table of small numbers that is emptied in constant time: the fold's only container.
//
// It maps a hash to the index of a row that the caller keeps. Slots carry the number of the generation that wrote
// them, so that `clear` is an increment. Open addressing with linear probing; the caller promises to insert no more
// than half as many rows as there are slots, so every probe ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mallocop::trace {

template <size_t kSlots>
class IndexTable {
  static_assert((kSlots & (kSlots - 1)) == 0 && kSlots <= 0x10000);

 public:
  static constexpr uint32_t kNone = 0xffff;

  void clear() {
    if (++generation_ > 0xffff) {
      std::memset(slots_, 0, sizeof slots_);
      generation_ = 1;
    }
  }

  // The slot whose row `same(row)` accepts, or the free slot where it belongs (value() is kNone).
  template <typename Same>
  size_t find(uint64_t hash, Same same) const {
    size_t slot = hash & (kSlots - 1);
    while (value(slot) != kNone && !same(value(slot))) slot = (slot + 1) & (kSlots - 1);
    return slot;
  }
  uint32_t value(size_t slot) const { return slots_[slot] >> 16 == generation_ ? slots_[slot] & 0xffff : kNone; }
  void set(size_t slot, uint32_t row) { slots_[slot] = (generation_ << 16) | row; }

 private:
  uint32_t generation_ = 0;  // 1 … 0xffff once clear() was called; zero-filled slots belong to none of them
  uint32_t slots_[kSlots];
};

// Spreads the bits of a key over the whole word; the tables use the low ones.
constexpr uint64_t spread(uint64_t key) {
  key *= 0x9e3779b97f4a7c15;
  return key ^ (key >> 32);
}

}  // namespace mallocop::trace
