// cause: string copied
// A virtual getter that returns by value.
#include <memory>
#include <string>

#include "keep.h"

struct Shape {
  virtual ~Shape() = default;
  virtual std::string name() const = 0;
};

struct Circle : Shape {
  std::string name() const override { return name_; }  // HERE
  std::string name_ = "a circle with an unusually long name";
};

int main() {
  const std::unique_ptr<Shape> shape = std::make_unique<Circle>();
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto name = shape->name();
    keep(name);
  }
}
