// cause: thread-local storage first used
// A thread_local vector at namespace scope is built by each thread's first use.
#include <thread>
#include <vector>

#include "keep.h"

thread_local std::vector<int> scratch(64);  // HERE

void work(int call) {
  const mallocop::Operation op{"op"};
  scratch[0] = call;
  keep(scratch);
}

int main() {
  for (int i = 0; i < 4; ++i) {
    std::thread([] {
      for (int call = 0; call < kCalls; ++call) work(call);
    }).join();
  }
}
