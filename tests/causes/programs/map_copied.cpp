// cause: node container copied
// A configuration is passed by value.
#include <map>

#include "keep.h"

#ifdef FIXED
int timeout_of(const std::map<int, int>& settings) {
#else
int timeout_of(std::map<int, int> settings) {
#endif
  keep(settings);
  return settings.begin()->second;
}

int main() {
  const std::map<int, int> settings = {{1, 2}, {3, 4}, {5, 6}};
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int timeout = timeout_of(settings);  // HERE
    keep(timeout);
  }
}
