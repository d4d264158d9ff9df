// cause: memory pool chunk
// libstdc++ only
// A pool is made for each call, with nothing in it.
#include <list>
#include <memory_resource>

#include "keep.h"

void op(int count) {
  std::pmr::unsynchronized_pool_resource pool;
  std::pmr::list<int> numbers(&pool);
  for (int i = 0; i < count; ++i) numbers.push_back(i);  // HERE
  keep(numbers);
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation of{"op"};
    op(100);
  }
}
