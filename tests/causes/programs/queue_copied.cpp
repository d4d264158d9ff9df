// cause: node container copied
// A queue is drained without changing it.
#include <queue>

#include "keep.h"

#ifdef FIXED
int sum(const std::queue<int>& numbers) { return numbers.front(); }
#else
int sum(std::queue<int> numbers) { return numbers.front(); }
#endif

int main() {
  std::queue<int> numbers;
  for (int i = 0; i < 200; ++i) numbers.push(i);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int total = sum(numbers);  // HERE
    keep(total);
  }
}
