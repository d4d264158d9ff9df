// cause: vector growth
// A member that is cleared and filled again: only the first call grows it.
#include <vector>

#include "keep.h"

class Collector {
 public:
  void collect() {
    seen_.clear();
    for (int i = 0; i < 30; ++i) seen_.push_back(i);  // HERE
    keep(seen_);
  }

 private:
  std::vector<int> seen_;
};

int main() {
  Collector collector;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    collector.collect();
  }
}
