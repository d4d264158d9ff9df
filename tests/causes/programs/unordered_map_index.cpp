// cause: node container insert
// operator[] of a table that is kept and cleared.
#include <string>
#include <unordered_map>

#include "keep.h"

int main() {
  std::unordered_map<std::string, int> counts;
  counts.reserve(100);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    for (const char* word : {"to", "be", "or", "not", "to", "be"}) ++counts[word];  // HERE
    keep(counts);
    counts.clear();
  }
}
