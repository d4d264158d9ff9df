// cause: line read with getline
// plan: a line that is longer than those before grows the one that is kept
// std::getline into a string that is new for each line.
#include <sstream>
#include <string>

#include "keep.h"

int main() {
  std::stringstream file;
  for (int call = 0; call < kCalls; ++call) file << "a line of this file, with a number: " << call << '\n';
#ifdef FIXED
  std::string line;
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifndef FIXED
    std::string line;
#endif
    std::getline(file, line);  // HERE
    keep(line);
  }
}
