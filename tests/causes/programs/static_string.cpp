// cause: static first used
// A name that is made once.
#include <string>

#include "keep.h"

const std::string& name() {
  static const std::string kName = "a name that is long enough to be allocated";  // HERE
  return kName;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto length = name().size();
    keep(length);
  }
}
