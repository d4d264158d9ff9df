// Programs that use Google Benchmark: found by its functions, in the program (static) or in the library that it needs.
#pragma once

#include <string>
#include <vector>

#include "report/detour/planned.h"

namespace mallocop::report {

struct BenchmarkProgram {
  std::vector<Planned> functions;  // where batches begin, end and pause; empty if the program has none that can be told
  std::vector<std::string> notes;  // why not, if it uses Google Benchmark all the same
};

// Never fails: a program that cannot be read has no functions.
BenchmarkProgram find_google_benchmark(const std::string& program);

}  // namespace mallocop::report
