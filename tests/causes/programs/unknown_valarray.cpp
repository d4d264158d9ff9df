// cause: unknown
// A class of the standard library that no row is about.
#include <valarray>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::valarray<double> samples(100);  // HERE
    keep(samples);
  }
}
