// cause: stream or locale
// also: formatting temporary
// held out
// A to_string() by way of a stringstream and manipulators.
#include <iomanip>
#include <sstream>
#include <string>

#include "keep.h"

struct Money {
  long cents;
};

static std::string text_of(Money money) {
  std::stringstream out;
  out << std::setw(40) << std::setfill('.') << money.cents / 100 << ',' << std::setw(2) << money.cents % 100;  // HERE
  return out.str();
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    auto text = text_of({1999L + call});
    keep(text);
  }
}
