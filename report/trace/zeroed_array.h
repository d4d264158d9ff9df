// An array that starts as zeros, straight from the kernel: nothing writes what nobody uses.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace mallocop::report {

// `Element` must be one that zero bytes make, and that bytes copy.
template <typename Element>
class ZeroedArray {
  static_assert(std::is_trivially_copyable_v<Element>);

 public:
  ZeroedArray() = default;
  // Throws std::bad_alloc.
  explicit ZeroedArray(size_t count) : size_(count) {
    if (count == 0) return;
    void* memory = ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    // Large tables are used here and there: a fault for each page would take longer than filling them.
    if (bytes() >= kLarge) ::madvise(memory, bytes(), MADV_HUGEPAGE);
    elements_ = static_cast<Element*>(memory);
  }
  ~ZeroedArray() {
    if (elements_ != nullptr) ::munmap(elements_, bytes());
  }
  ZeroedArray(const ZeroedArray&) = delete;
  ZeroedArray& operator=(const ZeroedArray&) = delete;

  void swap(ZeroedArray& other) noexcept {
    std::swap(elements_, other.elements_);
    std::swap(size_, other.size_);
  }

  size_t size() const { return size_; }
  Element& operator[](size_t index) { return elements_[index]; }
  const Element& operator[](size_t index) const { return elements_[index]; }

 private:
  static constexpr size_t kLarge = size_t{4} << 20;

  size_t bytes() const { return size_ * sizeof(Element); }

  Element* elements_ = nullptr;
  size_t size_ = 0;
};

}  // namespace mallocop::report
