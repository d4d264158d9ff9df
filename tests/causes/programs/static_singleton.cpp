// cause: static first used
// test with: clang -O2
// A singleton whose constructor allocates: its own line is further in.
#include <vector>

#include "keep.h"

class Registry {
 public:
  static Registry& instance() {
    static Registry registry;  // HERE
    return registry;
  }
  int at(unsigned index) const { return entries_[index]; }

 private:
  std::vector<int> entries_ = std::vector<int>(50);
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int entry = Registry::instance().at(static_cast<unsigned>(call));
    keep(entry);
  }
}
