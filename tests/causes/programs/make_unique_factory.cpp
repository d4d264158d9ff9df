// cause: object created with make_unique
// A factory of polymorphic objects.
#include <memory>

#include "keep.h"

struct Handler {
  virtual ~Handler() = default;
  virtual int handle(int event) = 0;
};

struct Doubler : Handler {
  int handle(int event) override { return 2 * event; }
  long state[4] = {};
};

std::unique_ptr<Handler> make_handler() {
  return std::make_unique<Doubler>();  // HERE
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto handler = make_handler();
    int result = handler->handle(call);
    keep(result);
  }
}
