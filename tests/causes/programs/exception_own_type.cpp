// cause: exception thrown
// A type of the user's own.
#include "keep.h"

struct Denied {
  int user;
};

void authorise(int user) {
  if (user >= 0) throw Denied{user};  // HERE
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    try {
      authorise(call);
    } catch (const Denied& denied) {
      keep(denied);
    }
  }
}
