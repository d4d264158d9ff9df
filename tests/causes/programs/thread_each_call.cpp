// cause: thread started
// A thread for each call.
#include <thread>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::thread worker([&call] { keep(call); });  // HERE
    worker.join();
  }
}
