// See ways.h.
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "mallocop/mallocop.hpp"
#include "ways.h"

bool g_marks = false;

namespace {

class Mark {
 public:
  explicit Mark(const char* name) {
    if (g_marks) call_.emplace(name);
  }
  // Without marks a function would end in a jump to allocate(), and those that are called through a pointer and do so
  // are not seen as functions (docs/operations.md).
  ~Mark() { asm volatile("" : : : "memory"); }

 private:
  std::optional<mallocop::Operation> call_;
};

[[gnu::noinline]] void allocate(std::size_t bytes) {
  void* volatile block = std::malloc(bytes);  // volatile: the compiler must not leave the pair out
  std::free(block);
}

}  // namespace

namespace work {

void none(State&) { const Mark mark("none"); }

void one(State&) {
  const Mark mark("one");
  allocate(100);
}

void three(State&) {
  const Mark mark("three");
  for (const std::size_t bytes : {8U, 16U, 24U}) allocate(bytes);
}

void hundredth(State& state) {
  const Mark mark("hundredth");
  if (++state.calls % 100 != 0) return;
  for (int block = 0; block < 64; ++block) allocate(40);
}

void grows(State& state) {
  const Mark mark("grows");
  state.numbers.push_back(1);
}

void recurses(State& state, int depth) {
  const Mark mark("recurses");
  allocate(32);
  if (depth > 0) recurses(state, depth - 1);
  for (int block = 0; block < depth; ++block) allocate(32);
}

}  // namespace work

void run_round(const Kind& kind, State& state) {
  static constexpr void (*kRounds[])(State&) = {
      work::none, work::one, work::three, work::hundredth, work::grows, [](State& own) { work::recurses(own, 3); },
  };
  static_assert(std::size(kRounds) == std::size(kKinds));
  kRounds[&kind - kKinds](state);
}
