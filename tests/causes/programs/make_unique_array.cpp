// cause: object created with make_unique
// A buffer by make_unique<T[]>.
#include <memory>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto buffer = std::make_unique<unsigned char[]>(1500);  // HERE
    keep(buffer);
  }
}
