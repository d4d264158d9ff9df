// 1,000 blocks live at once, of 16 to 511 bytes; each pair frees the oldest. 22 frames. bench_fifo PAIRS [ROUNDS].
#include <array>

#include "bench/programs/descend.h"

namespace {

std::array<void*, 1000> blocks;

struct Fifo {
  std::uint64_t pairs = 0;
  std::size_t oldest = 0;
  std::size_t size = 16;

  [[gnu::noinline]] void operator()() {
    for (std::uint64_t i = 0; i < pairs; ++i) {
      std::free(blocks[oldest]);
      blocks[oldest] = std::malloc(size);
      bench::use(blocks[oldest]);
      oldest = oldest + 1 == blocks.size() ? 0 : oldest + 1;
      size = size + 37 < 512 ? size + 37 : size + 37 - 496;
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  bench::AtDepth<22, Fifo> fifo{};
  bench::run_rounds(bench::arguments(argc, argv, 1), fifo);
}
