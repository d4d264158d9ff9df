// cause: vector growth
// A container of the user's own, full of templates, over a vector.
#include <utility>
#include <vector>

#include "keep.h"

namespace store {
template <typename Key, typename Value, typename Less = std::less<Key>>
class FlatMap {
 public:
  Value& operator[](const Key& key) {
    auto at = entries_.begin();
    while (at != entries_.end() && Less()(at->first, key)) ++at;
    if (at == entries_.end() || Less()(key, at->first)) {
      at = entries_.insert(at, {key, Value()});  // HERE
    }
    return at->second;
  }

 private:
  std::vector<std::pair<Key, Value>> entries_;
};
}  // namespace store

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    store::FlatMap<int, double> prices;
    for (int i = 0; i < 20; ++i) prices[i * 5 % 20] += 1.5;
    keep(prices);
  }
}
