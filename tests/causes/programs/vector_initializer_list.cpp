// cause: vector built
// Function arguments made of braces.
#include <vector>

#include "keep.h"

int sum(const std::vector<int>& numbers) {
  keep(numbers);
  int total = 0;
  for (const int number : numbers) total += number;
  return total;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int total = sum({call, 2, 3, 5, 7, 11});  // HERE
    keep(total);
  }
}
