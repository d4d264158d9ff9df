// 5,000 call sites, each in a function of its own, one after the other: bench_sites PAIRS [ROUNDS]. With 5000 pairs in
// one round each site is met for the first time.
#include <array>
#include <utility>

#include "bench/programs/descend.h"

namespace {

template <int Index>
[[gnu::noinline]] void site() {
  void* const block = std::malloc(16 + Index % 500);
  asm volatile("" : : "r"(block), "i"(Index) : "memory");  // no two sites are the same code
  std::free(block);
}

template <int... Indices>
constexpr std::array<void (*)(), sizeof...(Indices)> all_sites(std::integer_sequence<int, Indices...>) {
  return {&site<Indices>...};
}

constexpr auto kSites = all_sites(std::make_integer_sequence<int, 5000>{});

struct Sites {
  std::uint64_t pairs = 0;
  std::size_t next = 0;

  [[gnu::noinline]] void operator()() {
    for (std::uint64_t i = 0; i < pairs; ++i) {
      kSites[next]();
      next = (next + 1237) % kSites.size();  // coprime to the number of sites: all of them, in no order
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  bench::AtDepth<21, Sites> sites{};  // and the site's own frame
  bench::run_rounds(bench::arguments(argc, argv, 1), sites);
}
