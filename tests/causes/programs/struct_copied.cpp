// cause: string copied
// also: vector copied
// cured with it: vector copied
// A struct is copied with all that it holds.
#include <string>
#include <vector>

#include "keep.h"

struct Order {
  std::string customer = "a customer with quite a long name";
  std::string address = "a street with a name that is longer still";
  std::vector<int> items = {1, 2, 3, 4};
};

int main() {
  const std::vector<Order> orders(3);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
#ifdef FIXED
    const Order& order = orders[1];
#else
    const Order order = orders[1];  // HERE
#endif
    keep(order);
  }
}
