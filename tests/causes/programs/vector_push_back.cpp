// cause: vector growth
// A list is filled in a loop, and nobody said how long it gets.
#include <vector>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<int> squares;
#ifdef FIXED
    squares.reserve(128);
#endif
    for (int i = 0; i < 100; ++i) squares.push_back(i * i);  // HERE
    keep(squares);
  }
}
