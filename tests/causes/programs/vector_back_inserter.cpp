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
    std::transform(prices.begin(), prices.end(), std::back_inserter(doubled),
                   [](int price) { return 2L * price; });  // HERE
    keep(doubled);
  }
}
