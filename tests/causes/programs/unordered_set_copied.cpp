// cause: node container copied
// A snapshot of a table; its buckets are copied with the nodes.
#include <unordered_set>

#include "keep.h"

int main() {
  const std::unordered_set<int> members = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto snapshot = members;  // HERE
    keep(snapshot);
  }
}
