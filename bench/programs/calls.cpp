// What a call of a function costs whose calls are counted (mallocop run --op 'counted::*'): bench_calls CALLS [ROUNDS].
// The loops take turns, so that a round's figures are of the same moment.
#include <cstdlib>

#include "bench/programs/bench.h"

// Called through pointers that the compiler does not know, so each call is made.
namespace counted {

[[gnu::noinline]] void first() { asm volatile("" : : : "memory"); }
[[gnu::noinline]] void second() { asm volatile("" : : : "memory"); }
[[gnu::noinline]] void allocates() {
  void* const block = std::malloc(64);
  bench::use(block);
  std::free(block);
  asm volatile("" : : : "memory");  // no jump to free()
}

}  // namespace counted

namespace {

[[gnu::noinline]] void allocates_uncounted() {
  void* const block = std::malloc(64);
  bench::use(block);
  std::free(block);
  asm volatile("" : : : "memory");
}

using Function = void (*)();

// Of one call, when the two are called in turn.
double each(std::uint64_t count, Function one, Function other) {
  asm volatile("" : "+r"(one), "+r"(other));
  const bench::Stopwatch watch;
  for (std::uint64_t i = 0; i < count; i += 2) {
    one();
    other();
  }
  return watch.elapsed() / static_cast<double>(count);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::arguments(argc, argv, 1);
  const std::uint64_t count = arguments.pairs / arguments.rounds + 1;
  std::vector<double> repeated;
  std::vector<double> in_turn;
  std::vector<double> allocating;
  std::vector<double> allocating_uncounted;
  for (std::uint64_t round = 0; round <= arguments.rounds; ++round) {
    const double of_repeated = each(count, counted::first, counted::first);
    const double of_turns = each(count, counted::first, counted::second);
    const double of_allocating = each(count, counted::allocates, counted::allocates);
    const double of_uncounted = each(count, allocates_uncounted, allocates_uncounted);
    if (round == 0 && arguments.rounds > 1) continue;  // warms up
    repeated.push_back(of_repeated);
    in_turn.push_back(of_turns);
    allocating.push_back(of_allocating);
    allocating_uncounted.push_back(of_uncounted);
  }
  std::printf("{");
  bench::print("ns", repeated, ", ");
  bench::print("in_turn", in_turn, ", ");
  bench::print("allocating", allocating, ", ");
  bench::print("allocating_uncounted", allocating_uncounted, "}\n");
}
