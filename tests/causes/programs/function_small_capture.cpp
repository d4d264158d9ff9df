// cause: none
// A capture of one pointer fits into std::function.
#include <functional>

#include "keep.h"

int main() {
  int count = 0;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::function<void()> increment = [&count] { ++count; };
    keep(increment);
    increment();
  }
}
