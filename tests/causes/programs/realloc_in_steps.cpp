// cause: realloc called directly
// A growing buffer in C style, by the same number of bytes each time.
#include <cstdlib>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    char* buffer = nullptr;
#ifdef FIXED
    buffer = static_cast<char*>(std::realloc(buffer, 640));
    keep(*buffer);
#else
    for (size_t size = 32; size <= 640; size += 32) {
      buffer = static_cast<char*>(std::realloc(buffer, size));  // HERE
      keep(*buffer);
    }
#endif
    std::free(buffer);
  }
}
