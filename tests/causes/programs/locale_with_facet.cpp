// cause: stream or locale
// A locale of one's own is made in each call.
#include <locale>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::locale mixed(std::locale::classic(), std::locale::classic(), std::locale::numeric);  // HERE
    keep(mixed);
  }
}
