// cause: string growth
// Placeholders of a template are replaced by what is longer.
#include <string>

#include "keep.h"

void op(std::string& text) {
#ifdef FIXED
  text.reserve(68);
#endif
  size_t at = 0;
  while ((at = text.find("$1", at)) != std::string::npos) text.replace(at, 2, "a name that takes much room");  // HERE
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    std::string text;
    text = "to $1: $1";
    const mallocop::Operation of{"op"};
    op(text);
    keep(text);
  }
}
