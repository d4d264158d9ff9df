// cause: vector built
// A grid as a vector of vectors: every row is a block of its own.
#include <vector>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<std::vector<float>> grid(16, std::vector<float>(32));  // HERE
    keep(grid);
  }
}
