// cause: vector growth
// A sieve as a vector<bool>, bit by bit.
#include <vector>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<bool> odd;
    for (int i = 0; i < 1000; ++i) odd.push_back((i & 1) != 0);  // HERE
    keep(odd);
  }
}
