// cause: regular expression matched
// A line is searched by an expression that is kept.
#include <regex>
#include <string>

#include "keep.h"

int main() {
  const std::regex pattern("([a-z]+)=([0-9]+)");
  const std::string line = "width=640 height=480";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::smatch match;
    bool found = std::regex_search(line, match, pattern);  // HERE
    keep(found);
  }
}
