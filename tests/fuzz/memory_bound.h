// How much memory an input may cost: the peak of live bytes while one object of this class lives.
//
// Only programs built with AddressSanitizer can tell, because its allocator calls back; elsewhere nothing is checked.
#pragma once

#include <cstddef>

namespace mallocop::fuzz {

class MemoryBound {
 public:
  // From here on at most `constant + factor * size` bytes more than now may be live at once.
  MemoryBound(size_t size, size_t factor, size_t constant);
  ~MemoryBound();
  MemoryBound(const MemoryBound&) = delete;
  MemoryBound& operator=(const MemoryBound&) = delete;
};

}  // namespace mallocop::fuzz
