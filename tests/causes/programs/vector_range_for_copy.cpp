// cause: vector copied
// "for (auto row : rows)" copies each row.
#include <vector>

#include "keep.h"

int main() {
  const std::vector<std::vector<int>> rows(10, std::vector<int>(20, 3));
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    for (const auto& row : rows) {
#else
    for (auto row : rows) {  // HERE
#endif
      keep(row);
    }
  }
}
