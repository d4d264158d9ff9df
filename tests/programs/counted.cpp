// Functions that are called so many times and allocate so much: what tests/integration/function_operations_test.cpp
// counts without a mark.
#include "counted.h"

#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace work {

void* volatile sink;

void allocate(size_t size) {
  sink = ::operator new(size);
  ::operator delete(sink);
}

// Overloads: 10 calls of 1 allocation and 5 of 2.
[[gnu::noinline]] void parse(int) { allocate(8); }
[[gnu::noinline]] void parse(double) {
  allocate(16);
  allocate(16);
}

// A template: 3 calls of 1 allocation and 4 of 2.
template <typename T>
[[gnu::noinline]] void fill(T) {
  for (size_t i = sizeof(T); i > 2; i -= 3) allocate(sizeof(T));
}

// 2 calls from outside, 6 and 6 from inside; each allocates 1, beside what its own calls do.
[[gnu::noinline]] int recurse(int depth) {
  allocate(32);
  const int below = depth == 0 ? 0 : recurse(depth - 1) + 1;
  sink = nullptr;  // no tail call
  return below;
}

// 1,000 calls, no allocation; too short for anything but the jump.
[[gnu::noinline]] int quiet(int number) {
  asm volatile("" : "+r"(number));  // no compiler knows the result
  return number * 3;
}

// 100 calls that allocate 1; 10 of them throw, which allocates what the C++ library needs for it.
[[gnu::noinline]] void checked(int number) {
  allocate(64);
  if (__builtin_expect(number % 10 == 0, 0)) throw std::runtime_error("so");
}

// 8 calls, by a table of jumps; cases 0 to 3 allocate as many blocks.
[[gnu::noinline]] int choose(int which) {
  switch (which) {
    case 0:
      return quiet(1);
    case 1:
      allocate(1);
      return 10;
    case 2:
      allocate(2);
      allocate(2);
      return 21;
    case 3:
      allocate(3);
      allocate(3);
      allocate(3);
      return 33;
    case 4:
      return std::abs(which) + quiet(2);
    case 5:
      return quiet(6);
    default:
      return 1;
  }
}

class Machine {
 public:
  virtual ~Machine() = default;
  virtual void step(int size);
};
class Drill : public Machine {
 public:
  void step(int size) override;
};
// 6 calls by way of the table of virtual functions: 4 of the base, 2 of the other.
void Machine::step(int size) { allocate(static_cast<size_t>(size)); }
void Drill::step(int size) {
  allocate(static_cast<size_t>(size));
  allocate(static_cast<size_t>(size));
}

// Has no code of its own.
[[gnu::always_inline]] inline void inlined_away() { allocate(5); }

// Never called.
[[gnu::noinline, gnu::used]] void never() { allocate(1); }

}  // namespace work

int main() {
  using namespace work;
  for (int i = 0; i < 10; ++i) parse(i);
  for (int i = 0; i < 5; ++i) parse(0.5);
  for (int i = 0; i < 3; ++i) fill(i);          // 4 bytes
  for (int i = 0; i < 4; ++i) fill(double{1});  // 8 bytes
  int sum = 0;
  for (int i = 0; i < 2; ++i) sum += recurse(6);
  for (int i = 0; i < 1000; ++i) sum += quiet(i);
  for (int i = 0; i < 100; ++i) {
    try {
      checked(i);
    } catch (const std::runtime_error&) {
      ++sum;
    }
  }
  for (int i = 0; i < 8; ++i) sum += choose(i);
  Machine base;
  Drill drill;
  Machine* volatile machine = &base;
  for (int i = 0; i < 4; ++i) machine->step(100);
  machine = &drill;
  for (int i = 0; i < 2; ++i) machine->step(100);
  for (int i = 0; i < 7; ++i) counted_library_work(i);
  for (int i = 0; i < 9; ++i) counted_c_work();
  for (int i = 0; i < 2; ++i) inlined_away();
  return sum == 0;
}
