// cause: vector growth
// The open list of a search: a priority_queue is a vector below.
#include <queue>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::priority_queue<int> open;
    for (int i = 0; i < 40; ++i) open.push(i ^ 21);  // HERE
    keep(open);
  }
}
