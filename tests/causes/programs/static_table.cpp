// cause: static first used
// A table that is made when the function runs for the first time.
#include <string>
#include <vector>

#include "keep.h"

int lookup(unsigned index) {
  static const std::vector<int> kTable(100, 7);  // HERE
  return kTable[index];
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int value = lookup(static_cast<unsigned>(call));
    keep(value);
  }
}
