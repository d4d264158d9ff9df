// cause: vector growth
// also: coroutine frame
// What a coroutine does when it is resumed is at its own lines.
#include <coroutine>
#include <vector>

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

[[gnu::noinline]] Numbers count_to(int last) {
  std::vector<int> seen;
  for (int i = 0; i < last; ++i) {
    seen.push_back(i);  // HERE
    keep(seen);
  }
  co_yield static_cast<int>(seen.size());
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    Numbers numbers = count_to(30);
    keep(numbers);
    numbers.handle.resume();
    numbers.handle.destroy();
  }
}
