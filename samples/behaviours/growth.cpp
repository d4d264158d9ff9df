// A vector that is filled without reserve(): 100 elements take 8 allocations (1, 2, 4 … 128), so 0.08 for each
// push_back. The second one knows its size: 1 allocation.
#include <vector>

#include "mallocop/mallocop.hpp"

namespace {

volatile int sink;

void push(std::vector<int>& numbers, int number) {
  const mallocop::Operation op{"push"};
  numbers.push_back(number);
}

}  // namespace

int main() {
  std::vector<int> grown;
  for (int i = 0; i < 100; ++i) push(grown, i);

  std::vector<int> reserved;
  reserved.reserve(100);
  for (int i = 0; i < 100; ++i) push(reserved, i);

  sink = grown.back() + reserved.back();
}
