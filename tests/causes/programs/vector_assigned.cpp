// cause: vector copied
// miss gcc -O2: unknown; GCC says of the call no more than that it is in main() and in a header
// A snapshot of the state is assigned to a new vector in each call.
#include <vector>

#include "keep.h"

int main() {
  std::vector<int> state(128, 1);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<int> before;
    before = state;  // HERE
    keep(before);
  }
}
