// cause: JSON document
// A response is built key by key.
#include <nlohmann/json.hpp>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    nlohmann::json response;
    response["status"] = 200;  // HERE
    response["call"] = call;
    response["ok"] = true;
    keep(response);
  }
}
