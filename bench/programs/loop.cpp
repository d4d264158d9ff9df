// A block is allocated and freed at once, again and again, from one place: bench_loop FRAMES PAIRS [ROUNDS].
// FRAMES, the whole depth of the stack down to _start, is 7, 22, 52 or 120.
#include "bench/programs/descend.h"

namespace {

template <int Frames>
[[gnu::always_inline]] inline void measure(const bench::Arguments& arguments) {
  bench::AtDepth<Frames, bench::PairLoop> loop{};
  bench::run_rounds(arguments, loop);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::arguments(argc, argv, 2);
  switch (bench::number(argv[1])) {
    case 7:
      measure<7>(arguments);
      return 0;
    case 22:
      measure<22>(arguments);
      return 0;
    case 52:
      measure<52>(arguments);
      return 0;
    case 120:
      measure<120>(arguments);
      return 0;
    default:
      std::fprintf(stderr, "7, 22, 52 or 120 frames\n");
      return 2;
  }
}
