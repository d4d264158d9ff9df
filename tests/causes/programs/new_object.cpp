// cause: object created with new
// Plain new and delete.
#include "keep.h"

struct Event {
  int kind;
  long payload[3];
};

void post(int kind) {
#ifdef FIXED
  Event made{kind, {}};
  Event* event = &made;
#else
  Event* event = new Event{kind, {}};  // HERE
#endif
  keep(*event);
#ifndef FIXED
  delete event;
#endif
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    post(call);
  }
}
