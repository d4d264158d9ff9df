// cause: string concatenation
// held out
// A message from a literal, a std::string and a character.
#include <string>

#include "keep.h"

class Log {
  std::string module_ = "network.transport.session";

 public:
  std::string line(const char* text) const {
    return '[' + module_ + "] " + text;  // HERE
  }
};

int main() {
  Log log;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto line = log.line("connection accepted");
    keep(line);
  }
}
