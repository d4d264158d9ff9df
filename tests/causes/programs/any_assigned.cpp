// cause: std::any of a large value
// An event's payload is assigned.
#include <any>

#include "keep.h"

struct Payload {
  int kind;
  char data[28];
};

int main() {
  std::any last;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    last = Payload{call, {}};  // HERE
    keep(last);
  }
}
