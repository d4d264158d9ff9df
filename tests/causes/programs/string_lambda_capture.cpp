// cause: string copied
// Captured by value, called once.
#include <string>

#include "keep.h"

int main() {
  const std::string prefix = "a prefix of more than a few letters: ";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto length = [prefix](size_t more) { return prefix.size() + more; };  // HERE
    keep(length);
    size_t all = length(4);
    keep(all);
  }
}
