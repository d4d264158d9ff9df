// cause: stream or locale
// A file is opened for each line that is written.
#include <fstream>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::ofstream out("/dev/null");  // HERE
    out << "a line\n";
    keep(out);
  }
}
