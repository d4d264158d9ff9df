// cause: string copied
// A setter's cousin: the string is only read.
#include <string>

#include "keep.h"

#ifdef FIXED
size_t length_of(const std::string& name) {
#else
size_t length_of(std::string name) {
#endif
  keep(name);
  return name.size();
}

int main() {
  const std::string name = "somebody with a rather long name";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    size_t length = length_of(name);  // HERE
    keep(length);
  }
}
