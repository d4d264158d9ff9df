// cause: coroutine frame
// A generator is made for each call.
#include <coroutine>

#include "keep.h"

struct Numbers {
  struct promise_type {
    int value = 0;
    Numbers get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int number) {
      value = number;
      return {};
    }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

[[gnu::noinline]] Numbers count_to(int last) {  // HERE
  for (int i = 0; i < last; ++i) co_yield i;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    Numbers numbers = count_to(3);
    keep(numbers);
    numbers.handle.resume();
    numbers.handle.destroy();
  }
}
