// cause: string past its small buffer
// A literal becomes a std::string because the parameter is one.
#include <string>
#include <string_view>

#include "keep.h"

#ifdef FIXED
bool is_known(std::string_view name) {
#else
bool is_known(const std::string& name) {
#endif
  keep(name);
  return name.size() > 20;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    bool known = is_known("a name that does not fit into a small buffer");  // HERE
    keep(known);
  }
}
