// A buffer that lives for one statement, 1,000 times: 1,000 allocations of 256 bytes, all of them temporary.
#include <cstddef>
#include <memory>

#include "mallocop/mallocop.hpp"

namespace {

unsigned char* volatile line;  // volatile: the compiler must not leave the pair out

void checksum_line(unsigned char seed) {
  const mallocop::Operation op{"checksum_line"};
  const auto buffer = std::make_unique<unsigned char[]>(256);
  buffer[0] = seed;
  line = buffer.get();
}

}  // namespace

int main() {
  for (unsigned i = 0; i < 1'000; ++i) checksum_line(static_cast<unsigned char>(i));
}
