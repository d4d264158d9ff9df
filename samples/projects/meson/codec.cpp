#include "codec.h"

#include <algorithm>

void encode(std::string_view text, std::string& out) {
  out.clear();
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_not_of(text[0]), text.size());
    out += std::to_string(length);
    out += text[0];
    text.remove_prefix(length);
  }
}
