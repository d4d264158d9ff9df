// cause: shared_ptr control block
// also: object created with make_unique
// A unique_ptr becomes a shared one.
#include <memory>
#include <utility>

#include "keep.h"

struct Node {
  Node* parent = nullptr;
  int value = 0;
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::shared_ptr<Node> node = std::make_unique<Node>();  // HERE
    keep(node);
  }
}
