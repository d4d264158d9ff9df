// cause: coroutine frame
// A task that a method starts, and that waits for an event.
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

struct Event {
  std::coroutine_handle<> waiting;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) { waiting = handle; }
  void await_resume() const {}
};

class Connection {
 public:
  [[gnu::noinline]] Task receive(int bytes) {  // HERE
    co_await arrived_;
    received_ += bytes;
  }
  void arrive() { arrived_.waiting.resume(); }

 private:
  Event arrived_;
  long received_ = 0;
};

int main() {
  Connection connection;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    connection.receive(call);
    keep(connection);
    connection.arrive();
  }
}
