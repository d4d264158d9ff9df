// cause: vector growth
// A parser returns its tokens by value; each call grows a new list.
#include <cstddef>
#include <string_view>
#include <vector>

#include "keep.h"

struct Token {
  size_t begin;
  size_t end;
};

std::vector<Token> tokens_of(std::string_view line) {
  std::vector<Token> tokens;
#ifdef FIXED
  tokens.reserve(16);
#endif
  size_t begin = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] != ' ') continue;
    tokens.emplace_back(Token{begin, at});  // HERE
    begin = at + 1;
  }
  return tokens;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto tokens = tokens_of("it was the best of times it was the worst of times ");
    keep(tokens);
  }
}
