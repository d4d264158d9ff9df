// Every pair goes down 20 frames first and up again behind: bench_descent PAIRS [ROUNDS].
#include "bench/programs/descend.h"

namespace {

struct Pair {
  [[gnu::noinline]] void operator()() const {
    void* const block = std::malloc(64);
    bench::use(block);
    std::free(block);
  }
};

}  // namespace

int main(int argc, char** argv) {
  auto pairs_of = [](std::uint64_t pairs) {
    Pair pair;
    for (std::uint64_t i = 0; i < pairs; ++i) bench::descend<20>(pair);
  };
  bench::run_rounds(bench::arguments(argc, argv, 1), pairs_of);
}
