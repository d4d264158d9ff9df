// cause: stream or locale
// also: object created with new
// Numbers are written with points between thousands, by a facet that is made for each.
#include <locale>
#include <ostream>
#include <streambuf>
#include <string>

#include "keep.h"

struct Points : std::numpunct<char> {
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

struct Sink : std::streambuf {
  int overflow(int c) override { return c; }
};

int main() {
  Sink sink;
  std::ostream out(&sink);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    out.imbue(std::locale(std::locale::classic(), new Points));  // HERE
    out << 1234567 + call;                                       // HERE
    keep(out);
  }
}
