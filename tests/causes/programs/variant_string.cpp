// cause: value copied into std::optional or std::variant
// A value of a document: the text alternative takes a copy.
#include <string>
#include <variant>

#include "keep.h"

int main() {
  const std::string text = "a text that is too long for the small buffer";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::variant<int, double, std::string> value;
    value = text;  // HERE
    keep(value);
  }
}
