// cause: formatting temporary
// The stream is kept, but str() makes a string.
#include <sstream>
#include <string>

#include "keep.h"

int main() {
  std::ostringstream out;
  for (int i = 0; i < 20; ++i) out << "number " << i << ' ';
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto text = out.str();  // HERE
    keep(text);
  }
}
