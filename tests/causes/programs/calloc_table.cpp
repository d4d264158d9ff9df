// cause: malloc called directly
// A zeroed table of structs.
#include <cstdlib>

#include "keep.h"

struct Entry {
  int key, value;
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto* table = static_cast<Entry*>(std::calloc(32, sizeof(Entry)));  // HERE
    keep(*table);
    std::free(table);
  }
}
