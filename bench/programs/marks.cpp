// What a mark costs, begin and end together, beside two reads of the time-stamp counter: bench_marks PAIRS [ROUNDS].
// The three take turns, so that a round's figures are of the same moment.
#include <mallocop/mallocop.h>
#include <x86intrin.h>

#include "bench/programs/bench.h"

namespace {

template <typename Body>
double each(std::uint64_t count, Body body) {
  const bench::Stopwatch watch;
  for (std::uint64_t i = 0; i < count; ++i) body();
  return watch.elapsed() / static_cast<double>(count);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::arguments(argc, argv, 1);
  const std::uint64_t count = arguments.pairs / arguments.rounds + 1;
  const mallocop_operation operation = mallocop_operation_id("by id");
  std::vector<double> by_id;
  std::vector<double> by_name;
  std::vector<double> rdtsc;
  for (std::uint64_t round = 0; round <= arguments.rounds; ++round) {
    const double of_rdtsc = each(count, [] {
      bench::use(__rdtsc());
      bench::use(__rdtsc());
    });
    const double of_id = each(count, [operation] {
      const mallocop_op op = mallocop_op_begin_id(operation);
      asm volatile("" : : : "memory");
      mallocop_op_end(op);
    });
    const double of_name = each(count, [] {
      const mallocop_op op = mallocop_op_begin("by name");
      asm volatile("" : : : "memory");
      mallocop_op_end(op);
    });
    if (round == 0) continue;  // warms up
    rdtsc.push_back(of_rdtsc);
    by_id.push_back(of_id);
    by_name.push_back(of_name);
  }
  std::printf("{");
  bench::print("ns", by_id, ", ");
  bench::print("by_name", by_name, ", ");
  bench::print("rdtsc", rdtsc, "}\n");
}
