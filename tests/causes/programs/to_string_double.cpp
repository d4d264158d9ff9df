// cause: formatting temporary
// with libc++: none
// std::to_string of a number with many digits.
#include <string>

#include "keep.h"

int main() {
  double total = 123456789012345.0;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string text = std::to_string(total);  // HERE
    keep(text);
  }
}
