// cause: object created with make_shared
// A message on the heap in each call.
#include <memory>

#include "keep.h"

struct Message {
  int id;
  double value;
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    Message message{call, 0.5};
#else
    auto message = std::make_shared<Message>(Message{call, 0.5});  // HERE
#endif
    keep(message);
  }
}
