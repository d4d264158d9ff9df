// cause: formatting buffer growth
// libraries: fmt
// Text written behind text, into a string that was not made large enough.
#include <fmt/format.h>

#include <iterator>
#include <string>

#include "keep.h"

std::string describe(int call) {
  std::string text;
  for (int field = 0; field < 10; ++field)
    fmt::format_to(std::back_inserter(text), "field {} of call {}; ", field, call);  // HERE
  return text;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string text = describe(call);
    keep(text);
  }
}
