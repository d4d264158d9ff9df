// cause: string past its small buffer
// A view is turned into a string for the sake of a C function.
#include <cstring>
#include <string>
#include <string_view>

#include "keep.h"

int main() {
  std::string_view path = "/usr/share/somewhere/deep/down";
  keep(path);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    const std::string text(path);  // HERE
    size_t length = std::strlen(text.c_str());
    keep(text);
    keep(length);
  }
}
