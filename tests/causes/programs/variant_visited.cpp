// cause: string copied
// A visitor takes what is in a variant by value.
#include <string>
#include <variant>

#include "keep.h"

struct Length {
  size_t operator()(int) const { return 4; }
#ifdef FIXED
  size_t operator()(const std::string& text) const { return text.size(); }
#else
  size_t operator()(std::string text) const { return text.size(); }
#endif
};

size_t op(const std::variant<int, std::string>& value) {
  return std::visit(Length{}, value);  // HERE
}

int main() {
  const std::variant<int, std::string> value = std::string("a text that is too long for the string itself");
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation of{"op"};
    size_t length = op(value);
    keep(length);
  }
}
