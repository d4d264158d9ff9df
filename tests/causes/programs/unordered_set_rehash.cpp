// cause: hash rehash
// Nodes are moved over from another set, so that only the table allocates.
#include <unordered_set>

#include "keep.h"

int main() {
  std::unordered_set<int> pool;
  pool.reserve(1000);
  for (int i = 0; i < 200; ++i) pool.insert(i);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::unordered_set<int> taken;
#ifdef FIXED
    taken.reserve(257);
#endif
    while (!pool.empty()) taken.insert(pool.extract(pool.begin()));  // HERE
    keep(taken);
    while (!taken.empty()) pool.insert(taken.extract(taken.begin()));
  }
}
