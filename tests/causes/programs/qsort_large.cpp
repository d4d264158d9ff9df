// cause: sort buffer
// glibc's qsort() merges in a block of its own if the array is large.
#include <cstdlib>

#include "keep.h"

static long numbers[2000];

int main() {
  for (int call = 0; call < kCalls; ++call) {
    for (long i = 0; i < 2000; ++i) numbers[i] = i * 7919 % 2000;
    const mallocop::Operation op{"op"};
    std::qsort(numbers, 2000, sizeof(long), [](const void* a, const void* b) {  // HERE
      return static_cast<int>(*static_cast<const long*>(a) - *static_cast<const long*>(b));
    });
    keep(numbers);
  }
}
