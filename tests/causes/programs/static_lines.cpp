// cause: static first used
// Variables that are made when their functions run for the first time, by initialisers of several lines.
#include <map>
#include <string>
#include <vector>

#include "keep.h"

// It would put all on one line.
// clang-format off
int look(const std::string& key) {
  static const std::map<std::string, int> table = {  // HERE
      {"a key that is longer than sixteen", 1},
      {"another key that is longer than that", 2},
  };
  static const std::vector<std::string>
      names{"one name that is long enough to allocate",
            "another name that is long enough to allocate"};
  return static_cast<int>(table.count(key) + names.size());
}

struct Registry {
  std::vector<int> ids;
  static Registry& get() {
    static Registry* const instance =
        new Registry;
    return *instance;
  }
};
// clang-format on

const std::string& dashes() {
  static const std::string line = [] {
    std::string made;
    for (int i = 0; i < 50; ++i) made += '-';
    return made;
  }();
  return line;
}

int main() {
  const std::string key = "a key that is longer than sixteen";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int found = look(key);
    keep(found);
    keep(Registry::get());
    const std::string& line = dashes();
    keep(line);
  }
}
