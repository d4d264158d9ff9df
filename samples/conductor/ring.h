// A first-in, first-out queue of fixed capacity, stored in itself. Does not check: callers ask full() and empty().
#pragma once

#include <array>
#include <cstddef>

namespace conductor {

template <typename T, std::size_t kCapacity>
class Ring {
  static_assert((kCapacity & (kCapacity - 1)) == 0, "a power of two, so that the index wraps with a mask");

 public:
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == kCapacity; }
  std::size_t size() const { return size_; }

  void push(const T& value) { slots_[(first_ + size_++) & kMask] = value; }
  T pop() {
    const T value = slots_[first_ & kMask];
    ++first_;
    --size_;
    return value;
  }

 private:
  static constexpr std::size_t kMask = kCapacity - 1;

  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::array<T, kCapacity> slots_{};
};

}  // namespace conductor
