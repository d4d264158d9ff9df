// cause: array created with new[]
// A buffer by new[].
#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int* columns = new int[64];  // HERE
    keep(*columns);
    delete[] columns;
  }
}
