// cause: string growth
// Bytes as hexadecimal digits.
#include <string>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string hex;
    for (unsigned byte = 0; byte < 32; ++byte) {
      hex.push_back("0123456789abcdef"[byte / 16]);
      hex.push_back("0123456789abcdef"[byte % 16]);  // HERE
    }
    keep(hex);
  }
}
