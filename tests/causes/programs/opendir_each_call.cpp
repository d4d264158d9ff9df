// cause: directory opened
// A folder is looked through.
#include <dirent.h>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    DIR* folder = opendir("/proc/self");  // HERE
    if (folder == nullptr) return 1;
    int count = 0;
    while (readdir(folder) != nullptr) ++count;
    closedir(folder);
    keep(count);
  }
}
