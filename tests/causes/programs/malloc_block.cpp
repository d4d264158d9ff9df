// cause: malloc called directly
// C style.
#include <cstdlib>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    void* block = std::malloc(300);  // HERE
    keep(block);
    std::free(block);
  }
}
