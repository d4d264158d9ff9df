// cause: node container insert
// also: vector growth
// Groups: a map whose values are vectors.
#include <map>
#include <vector>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::map<int, std::vector<int>> groups;
    for (int i = 0; i < 10; ++i) groups[i].push_back(i);  // HERE
    keep(groups);
  }
}
