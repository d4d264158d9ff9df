// An operation inside another: what the inner one allocates is not charged to the outer one.
// Per call: "request" 1 allocation of 100 bytes, "parse" 2 of 10 bytes each, and there are 2 parses to a request.
#include <cstdlib>

#include "mallocop/mallocop.hpp"

namespace {

void* volatile block;  // volatile: the compiler must not leave the pair out

void use_block(std::size_t bytes) {
  block = std::malloc(bytes);
  std::free(block);
}

void parse() {
  const mallocop::Operation op{"parse"};
  use_block(10);
  use_block(10);
}

void request() {
  const mallocop::Operation op{"request"};
  use_block(100);
  parse();
  parse();
}

}  // namespace

int main() {
  for (int i = 0; i < 500; ++i) request();
}
