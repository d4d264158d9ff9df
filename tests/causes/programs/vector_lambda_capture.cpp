// cause: vector copied
// A lambda captures a vector by value.
#include <vector>

#include "keep.h"

int main() {
  const std::vector<int> weights(64, 2);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto weigh = [weights](int i) { return weights[static_cast<unsigned>(i)]; };  // HERE
    int weight = weigh(call);
    keep(weigh);
    keep(weight);
  }
}
