// A vector that is filled in the body of a lambda, which is called from a library's code.
#include <algorithm>
#include <vector>

int main(int count, char**) {
  std::vector<int> kept;
  int once[1] = {count};
  std::for_each(once, once + count, [&](int number) {
    kept.resize(static_cast<std::size_t>(number) + 2);  // body
  });
  return kept.size() == 3 ? 0 : 1;
}
