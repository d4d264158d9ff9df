// cause: std::any of a large value
// Properties of any type.
#include <any>

#include "keep.h"

struct Rectangle {
  double left, top, right, bottom;
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::any property = Rectangle{0, 0, 1, 1};  // HERE
    keep(property);
  }
}
