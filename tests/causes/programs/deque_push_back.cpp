// cause: deque chunk
// A new deque in each call.
#include <deque>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::deque<int> recent;                            // HERE
    for (int i = 0; i < 10; ++i) recent.push_back(i);  // HERE with libc++
    keep(recent);
  }
}
