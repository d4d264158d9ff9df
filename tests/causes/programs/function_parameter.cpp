// cause: std::function capture
// A std::function as a parameter, called with a lambda that holds a struct.
#include <array>
#include <functional>

#include "keep.h"

int visit(const std::function<int(int)>& visitor) { return visitor(1); }

int main() {
  std::array<int, 16> factors{};
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int sum = visit([factors](int i) { return factors[static_cast<unsigned>(i)]; });  // HERE
    keep(sum);
  }
}
