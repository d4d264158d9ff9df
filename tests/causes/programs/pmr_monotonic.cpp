// cause: memory resource chunk
// libstdc++ only
// A request has an arena of its own, and the arena asks for its memory anew each time.
#include <memory_resource>
#include <vector>

#include "keep.h"

void op(int count) {
#ifdef FIXED
  alignas(16) char buffer[2048];
  std::pmr::monotonic_buffer_resource arena(buffer, sizeof buffer);
#else
  std::pmr::monotonic_buffer_resource arena;
#endif
  std::pmr::vector<int> numbers(&arena);
  for (int i = 0; i < count; ++i) numbers.push_back(i);  // HERE
  keep(numbers);
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation of{"op"};
    op(100);
  }
}
