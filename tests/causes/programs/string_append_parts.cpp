// cause: string growth
// A path is put together with append().
#include <string>

#include "keep.h"

int main() {
  const std::string folder = "/var/lib/somewhere";
  const std::string name = "a-file-with-a-long-name";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string path;
#ifdef FIXED
    path.reserve(60);
#endif
    path.append(folder).append("/").append(name).append(".txt");  // HERE
    keep(path);
  }
}
