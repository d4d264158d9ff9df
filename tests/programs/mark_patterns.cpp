// Operations with a known habit each, 64 calls of all:
//   none 0 allocations; one 1 of 100 bytes; three 3 of 8, 16, 24; tenth 5 of 40 in every tenth call (the 10th, 20th,
//   …); first 2 of 300 in the first call; push a vector<int>'s growth at powers of two; keeps 1 of 64 that stays.
#include <cstdlib>
#include <vector>

#include "mallocop/mallocop.hpp"

namespace {

void* volatile block;  // volatile: the compiler must not leave the pair out

void use(std::size_t bytes) {
  block = std::malloc(bytes);
  std::free(block);
}

template <typename Body>
void call(const char* name, Body body) {
  const mallocop::Operation op{name};
  body();
}

}  // namespace

int main() {
  std::vector<int> numbers;
  for (int i = 1; i <= 64; ++i) {
    call("none", [] {});
    call("one", [] { use(100); });
    call("three", [] {
      for (std::size_t size : {8U, 16U, 24U}) use(size);
    });
    call("tenth", [i] {
      for (int j = 0; i % 10 == 0 && j < 5; ++j) use(40);
    });
    call("first", [i] {
      for (int j = 0; i == 1 && j < 2; ++j) use(300);
    });
    call("push", [&numbers, i] { numbers.push_back(i); });
    call("keeps", [] { block = std::malloc(64); });
  }
}
