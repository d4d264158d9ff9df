// cause: node container insert
// Timers by the time when they end.
#include <map>
#include <utility>

#include "keep.h"

int main() {
  std::multimap<long, int> timers;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    timers.insert(std::make_pair(1000L + call, call));  // HERE
    keep(timers);
    timers.erase(timers.begin());
  }
}
