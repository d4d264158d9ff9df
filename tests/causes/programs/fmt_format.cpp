// cause: formatting temporary
// libraries: fmt
// A log line by fmt::format.
#include <fmt/format.h>

#include <string>

#include "keep.h"

int main() {
#ifdef FIXED
  char line[100];
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    *fmt::format_to_n(line, sizeof line - 1, "call {} took {} microseconds", call, 1234.5).out = '\0';
#else
    std::string line = fmt::format("call {} took {} microseconds", call, 1234.5);  // HERE
#endif
    keep(line);
  }
}
