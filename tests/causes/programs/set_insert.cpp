// cause: node container insert
// A set to drop what comes twice.
#include <set>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::set<int> seen;
    for (int i = 0; i < 20; ++i) seen.insert(i & 7);  // HERE
    keep(seen);
  }
}
