// cause: sort buffer
// std::stable_sort takes a buffer of half the size.
#include <algorithm>
#include <vector>

#include "keep.h"

int main() {
  std::vector<int> numbers(500);
  for (int call = 0; call < kCalls; ++call) {
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<int>(i * 7919 % 500);
    const mallocop::Operation op{"op"};
#ifdef FIXED
    std::sort(numbers.begin(), numbers.end());
#else
    std::stable_sort(numbers.begin(), numbers.end());  // HERE
#endif
    keep(numbers);
  }
}
