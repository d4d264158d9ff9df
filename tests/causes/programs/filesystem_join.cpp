// cause: filesystem path
// A path is made of a folder and a name.
#include <filesystem>

#include "keep.h"

int main() {
  const std::filesystem::path folder = "/var/lib/somewhere/deep";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::filesystem::path file = folder / "a-file-with-a-name.txt";  // HERE
    keep(file);
  }
}
