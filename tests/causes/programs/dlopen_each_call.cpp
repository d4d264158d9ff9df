// cause: library loaded
// A library is loaded and closed in each call.
#include <dlfcn.h>

#include "keep.h"

int main() {
  for (int call = 0; call < 3; ++call) {
    const mallocop::Operation op{"op"};
    void* library = dlopen("libanl.so.1", RTLD_NOW);  // HERE
    if (library == nullptr) return 1;
    keep(library);
    dlclose(library);
  }
}
