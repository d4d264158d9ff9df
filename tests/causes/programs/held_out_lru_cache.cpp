// cause: node container insert
// also: hash rehash
// held out
// A cache of list and index, with templates over both.
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "keep.h"

template <class K, class V, int Capacity>
class Cache {
  using Entry = std::pair<K, V>;
  std::list<Entry> order_;
  std::unordered_map<K, typename std::list<Entry>::iterator> index_;

 public:
  void put(K key, V value) {
    if (index_.size() == Capacity) {
      index_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(key, value);
    index_[key] = order_.begin();  // HERE
  }
};

int main() {
  Cache<long, double, 8> cache;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    cache.put(call, 0.25);
    keep(cache);
  }
}
