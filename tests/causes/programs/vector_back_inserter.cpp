// cause: vector growth
// std::transform into a back_inserter.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

#include "keep.h"

int main() {
  std::vector<int> prices(60);
  std::iota(prices.begin(), prices.end(), 1);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<long> doubled;
#ifdef FIXED
    doubled.reserve(64);
#endif
    const auto twice = [](int price) { return 2L * price; };
    std::transform(prices.begin(), prices.end(), std::back_inserter(doubled), twice);  // HERE
    keep(doubled);
  }
}
