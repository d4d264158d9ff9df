// cause: string copied
// A part of a string, as a string of its own.
#include <string>
#include <string_view>

#include "keep.h"

int main() {
  const std::string line = "key-that-is-long-enough-to-allocate=value";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    std::string_view key = std::string_view(line).substr(0, line.find('='));
#else
    std::string key = line.substr(0, line.find('='));  // HERE
#endif
    keep(key);
  }
}
