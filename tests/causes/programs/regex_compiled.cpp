// cause: regular expression compiled
// The expression is made where it is used.
#include <regex>

#include "keep.h"

int main() {
  for (int call = 0; call < 3; ++call) {
    const mallocop::Operation op{"op"};
    const std::regex pattern("([a-z]+)=([0-9]+)");  // HERE
    keep(pattern);
  }
}
