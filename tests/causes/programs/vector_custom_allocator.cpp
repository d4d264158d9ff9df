// cause: vector growth
// A vector with an allocator of the user's own: it is still the vector that grows.
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "keep.h"

template <typename T>
struct CountingAllocator {
  using value_type = T;
  CountingAllocator() = default;
  template <typename U>
  explicit CountingAllocator(const CountingAllocator<U>&) {}
  T* allocate(size_t count) { return static_cast<T*>(std::malloc(count * sizeof(T))); }
  void deallocate(T* block, size_t) { std::free(block); }
  bool operator==(const CountingAllocator&) const { return true; }
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<int, CountingAllocator<int>> numbers;
    for (int i = 0; i < 50; ++i) numbers.push_back(i);  // HERE
    keep(numbers);
  }
}
