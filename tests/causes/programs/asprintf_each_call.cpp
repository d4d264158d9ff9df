// cause: formatting temporary
// asprintf() allocates what it writes.
#include <cstdio>
#include <cstdlib>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    char* text = nullptr;
    if (asprintf(&text, "call %d", call) < 0) return 1;  // HERE
    keep(*text);
    std::free(text);
  }
}
