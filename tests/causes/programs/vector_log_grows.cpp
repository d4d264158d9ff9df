// cause: vector growth
// A log that lives as long as the program: one entry per call, so growth comes now and then.
#include <vector>

#include "keep.h"

int main() {
  std::vector<long> log;
#ifdef FIXED
  log.reserve(2048);
#endif
  for (int call = 0; call < 2000; ++call) {
    const mallocop::Operation op{"op"};
    log.push_back(call);  // HERE
    keep(log);
  }
}
