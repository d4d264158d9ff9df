// cause: line read with getline
// C's getline() with a new buffer for each line.
#include <cstdio>
#include <cstdlib>

#include "keep.h"

int main() {
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return 1;
  for (int call = 0; call < kCalls; ++call) std::fprintf(file, "a line of this file, number %d\n", call);
  std::rewind(file);
  std::fgetc(file);
#ifdef FIXED
  char* line = nullptr;
  size_t size = 0;
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifndef FIXED
    char* line = nullptr;
    size_t size = 0;
#endif
    if (getline(&line, &size, file) < 0) return 1;  // HERE
    keep(*line);
#ifndef FIXED
    std::free(line);
#endif
  }
}
