// cause: string growth
// Escaping a text, character by character.
#include <string>
#include <string_view>

#include "keep.h"

std::string escaped(std::string_view text) {
  std::string out;
#ifdef FIXED
  out.reserve(120);
#endif
  for (const char c : text) {
    if (c == '"') out += '\\';
    out += c;  // HERE
  }
  return out;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto text =
        escaped("a text that is not so short, with more than a hundred letters in it, all of which stay as they are.");
    keep(text);
  }
}
