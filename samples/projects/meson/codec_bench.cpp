// A benchmark without a library: a mark says what the operation is.
#include <mallocop/mallocop.hpp>

#include "codec.h"

int main() {
  std::string out;
  for (int i = 0; i < 100; ++i) {
    const mallocop::Operation op{"encode"};
    encode("aaaabbbcccccdddddddddddeefffffffffffghhhhhhhhhhiiiiiijjjjkkkkk", out);
  }
  return out.empty() ? 1 : 0;
}
