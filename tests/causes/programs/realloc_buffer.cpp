// cause: realloc called directly
// A growing buffer in C style.
#include <cstdlib>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    char* buffer = nullptr;
#ifdef FIXED
    buffer = static_cast<char*>(std::realloc(buffer, 1024));
    keep(*buffer);
#else
    for (size_t size = 64; size <= 1024; size *= 2) {
      buffer = static_cast<char*>(std::realloc(buffer, size));  // HERE
      keep(*buffer);
    }
#endif
    std::free(buffer);
  }
}
