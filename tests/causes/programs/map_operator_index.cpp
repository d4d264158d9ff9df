// cause: node container insert
// Words are counted in a map of numbers, a new one in each call.
#include <map>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::map<int, int> counts;
    for (int i = 0; i < 12; ++i) counts[i % 6] += 1;  // HERE
    keep(counts);
  }
}
