// cause: exception thrown
// at() of an index that may be too large.
#include <stdexcept>
#include <vector>

#include "keep.h"

int main() {
  const std::vector<int> numbers(3);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    try {
      int number = numbers.at(3 + static_cast<size_t>(call));  // HERE
      keep(number);
    } catch (const std::out_of_range& error) {
      keep(error);
    }
  }
}
