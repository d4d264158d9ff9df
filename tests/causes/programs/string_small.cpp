// cause: none
// Fits into the small buffer: nothing is allocated.
#include <string>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string text = "short";
    text += " text";
    keep(text);
  }
}
