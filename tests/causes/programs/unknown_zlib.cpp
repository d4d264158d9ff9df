// cause: unknown
// libraries: z
// A library without debug information allocates for reasons of its own.
#include <zlib.h>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    z_stream stream = {};
    if (inflateInit(&stream) != Z_OK) return 1;  // HERE
    inflateEnd(&stream);
  }
}
