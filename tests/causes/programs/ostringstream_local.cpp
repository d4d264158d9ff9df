// cause: stream or locale
// A message is put together in a local stream.
#include <sstream>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::ostringstream out;
    out << "call " << call << " of a long line of text, which needs a buffer";  // HERE
    keep(out);
  }
}
