// cause: string growth
// Digits with separators, inserted from the front.
#include <string>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string digits = "1000000000";
    for (int i = 0; i < 20; ++i) digits.insert(0, "9,");  // HERE
    keep(digits);
  }
}
