// The C++ half of portable.c: a block by each kind of new.
#include <cstddef>
#include <new>

extern "C" void round_in_cpp();

namespace {

struct alignas(64) Line {
  char bytes[192];
};

void* (*volatile allocate_one)(size_t);

template <typename Type>
Type* keep(Type* block) {
  asm volatile("" : "+r"(block));
  return block;
}

}  // namespace

void round_in_cpp() {
  allocate_one = operator new;
  operator delete(keep(allocate_one(sizeof(int))));
  delete[] keep(new char[100]);
  delete keep(new Line);
}
