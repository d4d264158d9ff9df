// cause: value copied into std::optional or std::variant
// A result that may be there is a copy of what was found.
#include <optional>
#include <vector>

#include "keep.h"

#ifdef FIXED
const std::vector<int>* find(const std::vector<int>& numbers, bool wanted) { return wanted ? &numbers : nullptr; }
#else
std::optional<std::vector<int> > find(const std::vector<int>& numbers, bool wanted) {
  if (!wanted) return std::nullopt;
  return numbers;  // HERE
}
#endif

int main() {
  const std::vector<int> numbers(50, 1);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto found = find(numbers, call >= 0);
    keep(found);
  }
}
