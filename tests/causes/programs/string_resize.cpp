// cause: string growth
// A string as a buffer for a C function.
#include <cstring>
#include <string>

#include "keep.h"

int main() {
#ifdef FIXED
  std::string buffer;
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    buffer.clear();
#else
    std::string buffer;
#endif
    buffer.resize(256);  // HERE
    std::strcpy(buffer.data(), "text");
    keep(buffer);
  }
}
