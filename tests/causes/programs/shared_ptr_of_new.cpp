// cause: shared_ptr control block
// also: object created with new
// plan: how much of the control block goes (8 B here) depends on the alignment: none is promised
// Two blocks where make_shared would make one.
#include <memory>

#include "keep.h"

struct Message {
  int id = 0;
  char text[60] = {};
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    auto message = std::make_shared<Message>();
#else
    std::shared_ptr<Message> message(new Message);  // HERE
#endif
    keep(message);
  }
}
