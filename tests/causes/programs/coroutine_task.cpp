// cause: coroutine frame
// A task that a method starts.
#include <coroutine>

#include "keep.h"

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

class Connection {
 public:
  [[gnu::noinline]] Task receive(int bytes) {  // HERE
    co_await std::suspend_never{};
    received_ += bytes;
    keep(received_);
  }

 private:
  long received_ = 0;
};

int main() {
  Connection connection;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    connection.receive(call);
  }
}
