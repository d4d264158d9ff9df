// Allocations whose functions, files and lines are known, inlined ones and a call as a function's last instruction.
#include <cstdlib>

static void* volatile kept;  // so that no compiler makes a jump of a call

__attribute__((always_inline)) static inline void* inner(std::size_t size) {
  return std::malloc(size);  // inner
}

__attribute__((noinline)) void* outer(std::size_t size) {
  void* const block = inner(size);  // outer
  kept = block;
  return block;
}

__attribute__((noinline, noreturn)) void leaves(std::size_t size) {
  kept = outer(size);
  std::exit(0);
}

// Its return address is that of the function behind it.
__attribute__((noinline, noreturn)) void ends_in_a_call(std::size_t size) {
  leaves(size);  // ends_in_a_call
}

__attribute__((noinline)) void behind_it() { kept = nullptr; }

int main(int count, char**) {
  if (count > 100) behind_it();
  ends_in_a_call(static_cast<std::size_t>(count) + 11);  // main
}
