// Stacks that are not those of a moment ago: bench_misses depth|paths PAIRS [ROUNDS].
//   depth   a recursion of 1 to 100 calls, each time another
//   paths   one of 1,024 stacks of the same size: only return addresses in their middle tell them apart
#include <cstring>

#include "bench/programs/descend.h"

namespace {

// A pseudo-random number; the same ones in every run.
std::uint64_t next_random(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return state >> 33;
}

[[gnu::noinline]] void pair() {
  void* const block = std::malloc(64);
  bench::use(block);
  std::free(block);
}

[[gnu::noinline]] void recurse(std::uint64_t calls) {
  if (calls == 0) {
    pair();
  } else {
    recurse(calls - 1);
  }
  bench::use(calls);
}

// Ten levels, at each of them one of two call sites.
template <int Levels>
[[gnu::noinline]] void choose(std::uint64_t choices) {
  if constexpr (Levels == 0) {
    pair();
  } else if (choices % 2 != 0) {
    choose<Levels - 1>(choices / 2);
    asm volatile("# one call site");
  } else {
    choose<Levels - 1>(choices / 2);
    asm volatile("# the other");
  }
  bench::use(choices);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::arguments(argc, argv, 2);
  std::uint64_t state = 1;
  auto depth = [&state](std::uint64_t pairs) {
    for (std::uint64_t i = 0; i < pairs; ++i) recurse(next_random(state) % 100);
  };
  auto paths = [&state](std::uint64_t pairs) {
    for (std::uint64_t i = 0; i < pairs; ++i) choose<10>(next_random(state));
  };
  if (std::strcmp(argv[1], "depth") == 0) {
    bench::run_rounds(arguments, depth);
  } else if (std::strcmp(argv[1], "paths") == 0) {
    bench::run_rounds(arguments, paths);
  } else {
    std::fprintf(stderr, "depth or paths\n");
    return 2;
  }
}
