// cause: node container insert
// The table is reserved; the nodes are not.
#include <unordered_map>

#include "keep.h"

int main() {
  std::unordered_map<int, double> prices;
  prices.reserve(100);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    for (int i = 0; i < 10; ++i) prices.emplace(i, 0.5);  // HERE
    keep(prices);
    prices.clear();
  }
}
