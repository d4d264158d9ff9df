// cause: thread started
// std::async with a thread.
#include <future>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto result = std::async(std::launch::async, [call] { return 2 * call; });  // HERE
    int value = result.get();
    keep(value);
  }
}
