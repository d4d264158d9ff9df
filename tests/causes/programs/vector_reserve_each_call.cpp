// cause: vector reserve
// Reserved well, but anew in each call.
#include <vector>

#include "keep.h"

int main() {
#ifdef FIXED
  std::vector<int> numbers;
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    numbers.clear();
#else
    std::vector<int> numbers;
#endif
    numbers.reserve(200);  // HERE
    for (int i = 0; i < 200; ++i) numbers.push_back(i);
    keep(numbers);
  }
}
