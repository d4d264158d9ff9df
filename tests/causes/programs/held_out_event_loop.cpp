// cause: std::function capture
// held out
// Handlers are queued as std::function objects; each captures a request by value.
#include <cstdint>
#include <functional>
#include <vector>

#include "keep.h"

namespace {
struct Request {
  std::uint64_t id;
  std::uint32_t flags[6];
};

class Loop {
 public:
  Loop() { pending_.reserve(16); }
  void submit(const Request& request) {
    pending_.emplace_back([request]() mutable { keep(request); });  // HERE
  }
  void drain() {
    for (auto& handler : pending_) handler();
    pending_.clear();
  }

 private:
  std::vector<std::function<void()>> pending_;
};
}  // namespace

int main() {
  Loop loop;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    for (std::uint64_t id = 0; id < 4; ++id) loop.submit({id, {}});
    loop.drain();
  }
}
