// cause: thread started
// pthread_create() as C has it.
#include <pthread.h>

#include "keep.h"

static void* work(void* data) { return data; }

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    pthread_t thread;
    if (pthread_create(&thread, nullptr, work, nullptr) != 0) return 1;  // HERE
    pthread_join(thread, nullptr);
  }
}
