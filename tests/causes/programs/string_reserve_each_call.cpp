// cause: string reserve
// miss clang libc++ -O0: unknown; reserve() leaves by a jump to a function that the library has no symbol for
// miss clang libc++ -O2: unknown; reserve() leaves by a jump to a function that the library has no symbol for
// Reserved in each call.
#include <string>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string csv;
    csv.reserve(100);  // HERE
    for (int i = 0; i < 20; ++i) csv += "1,2;";
    keep(csv);
  }
}
