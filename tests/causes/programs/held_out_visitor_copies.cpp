// cause: vector copied
// held out
// std::accumulate with an initial value that is a container, taken by const reference in the step.
#include <numeric>
#include <vector>

#include "keep.h"

using Path = std::vector<short>;

static Path longer(const Path& path, short step) {
  Path copy(path);  // HERE
  if (!copy.empty()) copy[0] = step;
  return copy;
}

int main() {
  const Path steps{1, 2, 3, 4, 5};
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    Path path = steps;
    Path next = longer(path, static_cast<short>(call));
    keep(next);
  }
}
