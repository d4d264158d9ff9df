// cause: string past its small buffer
// find() with a literal makes a key.
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "keep.h"

int main() {
#ifdef FIXED
  const std::map<std::string, int, std::less<>> ports = {{"the port for the metrics endpoint", 9100}};
#else
  const std::map<std::string, int> ports = {{"the port for the metrics endpoint", 9100}};
#endif
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    const auto found = ports.find(std::string_view("the port for the metrics endpoint"));
#else
    const auto found = ports.find("the port for the metrics endpoint");  // HERE
#endif
    keep(found);
  }
}
