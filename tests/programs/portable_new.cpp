// The C++ half of portable.c: a block by each kind of new.
#include <new>

extern "C" void round_in_cpp();

namespace {

struct alignas(64) Line {
  char bytes[192];
};

template <typename Type>
Type* keep(Type* block) {
  asm volatile("" : "+r"(block));
  return block;
}

}  // namespace

void round_in_cpp() {
  delete keep(new int);
  delete[] keep(new char[100]);
  delete keep(new Line);
}
