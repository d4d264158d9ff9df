// Allocates and frees while the process ends: exit handlers, destructors of globals, of thread-local objects and of a
// library's; a destructor function; and threads that run on all the while. "last" blocks are 500 bytes and all freed.
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>

#include "mallocop/mallocop.h"

namespace {

void* volatile sink;

void churn() {
  void* const block = std::malloc(500);
  sink = block;
  std::free(block);
}

struct Churner {
  Churner() : kept(std::malloc(500)) {}
  ~Churner() {
    std::free(kept);
    churn();
  }
  Churner(const Churner&) = delete;
  Churner& operator=(const Churner&) = delete;
  void* kept;
};

Churner global;
thread_local Churner of_thread;

__attribute__((destructor(101))) void last() { churn(); }
__attribute__((constructor(101))) void first() { churn(); }

void* run_on(void*) {
  for (;;) {
    void* const block = std::malloc(40);
    sink = block;
    std::free(block);
  }
}

}  // namespace

// at_exit [threads]
int main(int argc, char**) {
  static Churner local;
  of_thread.kept = std::realloc(of_thread.kept, 500);
  std::atexit(churn);
  std::atexit([] { std::exit(3); });  // again, from a handler
  for (int i = 0; i < 3 && argc > 1; ++i) {
    pthread_t thread;
    pthread_create(&thread, nullptr, run_on, nullptr);
    pthread_detach(thread);
  }
  usleep(argc > 1 ? 2000 : 0);
  return 0;
}
