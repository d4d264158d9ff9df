// cause: vector growth
// A table gets a row more whenever there is a higher number.
#include <vector>

#include "keep.h"

void note(std::vector<double>& sums, size_t number, double value) {
  if (sums.size() <= number) sums.resize(number + 1);  // HERE
  sums[number] += value;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<double> sums;
#ifdef FIXED
    sums.reserve(64);
#endif
    for (size_t i = 0; i < 50; ++i) note(sums, i, 0.5);
    keep(sums);
  }
}
