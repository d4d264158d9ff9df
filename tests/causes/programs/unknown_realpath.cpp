// cause: unknown
// A function of the C library that no row is about.
#include <climits>
#include <cstdlib>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    char* path = realpath("/usr/bin/../lib", nullptr);  // HERE
    if (path == nullptr) return 1;
    keep(*path);
    std::free(path);
  }
}
