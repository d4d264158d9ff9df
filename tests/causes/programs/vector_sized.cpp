// cause: vector built
// A scratch buffer of a fixed size in each call.
#include <vector>

#include "keep.h"

int main() {
#ifdef FIXED
  std::vector<char> buffer;
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    buffer.assign(4096, '\0');
#else
    std::vector<char> buffer(4096);  // HERE
#endif
    keep(buffer);
  }
}
