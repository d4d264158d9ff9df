// cause: stdio stream opened
// also: stdio buffer
// A log file is opened for each line.
#include <cstdio>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::FILE* log = std::fopen("/dev/null", "w");  // HERE
    if (log == nullptr) return 1;
    std::fprintf(log, "call %d\n", call);
    std::fclose(log);
  }
}
