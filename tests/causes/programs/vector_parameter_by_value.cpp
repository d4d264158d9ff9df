// cause: vector copied
// A parameter that should have been a reference.
#include <vector>

#include "keep.h"

#ifdef FIXED
long checksum(const std::vector<int>& numbers) {
#else
long checksum(std::vector<int> numbers) {
#endif
  long sum = 0;
  for (const int number : numbers) sum = 31 * sum + number;
  keep(numbers);
  return sum;
}

int main() {
  std::vector<int> numbers(256, 7);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    long sum = checksum(numbers);  // HERE
    keep(sum);
  }
}
