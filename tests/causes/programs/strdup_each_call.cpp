// cause: string duplicated
// strdup() of a name.
#include <cstdlib>
#include <cstring>

#include "keep.h"

int main() {
  const char* name = "name";
  keep(name);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    char* copy = strdup(name);  // HERE
    keep(*copy);
    std::free(copy);
  }
}
