// cause: hash rehash
// The buckets of a local table, asked for in each call.
#include <unordered_map>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::unordered_map<int, int> table;
    table.reserve(500);  // HERE
    keep(table);
  }
}
