// cause: string past its small buffer
// A line of dashes.
#include <string>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string line(72, '-');  // HERE
    keep(line);
  }
}
