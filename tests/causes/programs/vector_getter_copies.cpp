// cause: vector copied
// A getter that returns its member by value.
#include <vector>

#include "keep.h"

class Route {
 public:
  Route() : stops_(40, 1) {}
#ifdef FIXED
  const std::vector<int>& stops() const { return stops_; }
#else
  std::vector<int> stops() const { return stops_; }  // HERE
#endif

 private:
  std::vector<int> stops_;
};

int main() {
  const Route route;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    const auto& stops = route.stops();
    keep(stops);
  }
}
