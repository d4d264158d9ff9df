// cause: JSON document
// A request is parsed into a tree.
#include <nlohmann/json.hpp>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto request = nlohmann::json::parse(R"({"method": "get", "path": ["a", "b"], "timeout": 30})");  // HERE
    keep(request);
  }
}
