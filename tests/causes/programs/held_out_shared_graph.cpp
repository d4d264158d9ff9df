// cause: object created with make_shared
// also: vector growth
// held out
// Nodes of a graph that share their neighbours.
#include <memory>
#include <vector>

#include "keep.h"

struct Vertex : std::enable_shared_from_this<Vertex> {
  explicit Vertex(int id) : id(id) {}
  int id;
  std::vector<std::weak_ptr<Vertex>> neighbours;
};

static std::shared_ptr<Vertex> chain(int length) {
  std::shared_ptr<Vertex> last;
  for (int i = 0; i < length; ++i) {
    auto vertex = std::make_shared<Vertex>(i);  // HERE
    if (last) vertex->neighbours.push_back(last);
    last = vertex;
    keep(last);
  }
  return last;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto end = chain(3);
    keep(end);
  }
}
