// cause: vector built
// held out
// Arithmetic on a class that owns a vector: each result is a new one.
#include <cstddef>
#include <vector>

#include "keep.h"

struct Series {
  std::vector<double> data;
  explicit Series(std::size_t n) : data(n) {}  // HERE
};

static Series operator+(const Series& a, const Series& b) {
  Series sum(a.data.size());
  for (std::size_t i = 0; i < a.data.size(); ++i) sum.data[i] = a.data[i] + b.data[i];
  return sum;
}

int main() {
  Series x(30), y(30), z(30);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    Series total = x + y + z;
    keep(total);
  }
}
