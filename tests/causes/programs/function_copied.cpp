// cause: std::function capture
// A callback is copied out of a list to be called.
#include <functional>
#include <vector>

#include "keep.h"

int main() {
  struct Context {
    long values[5];
  } context{};
  std::vector<std::function<void()>> callbacks(3, [context] { keep(context); });
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    for (const auto& callback : callbacks) callback();
#else
    for (auto callback : callbacks) callback();  // HERE
#endif
  }
}
