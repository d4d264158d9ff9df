// cause: stdio buffer
// The first printf() of a program.
#include <cstdio>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::printf("call %d\n", call);  // HERE
  }
}
