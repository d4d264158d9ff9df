// cause: none
// Reserved before, cleared in each call: nothing is allocated.
#include <vector>

#include "keep.h"

int main() {
  std::vector<int> numbers;
  numbers.reserve(100);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    numbers.clear();
    for (int i = 0; i < 100; ++i) numbers.push_back(i);
    keep(numbers);
  }
}
