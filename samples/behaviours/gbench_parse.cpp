// A Google Benchmark program that knows nothing of mallocop: the same parsing with copies and with views.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kHeader = "name=conductor;version=1.4.2;description=schedules actors, in turns;licence=free";

template <typename Text>
std::vector<Text> split(std::string_view text, char separator) {
  std::vector<Text> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

void parse_with_copies(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(split<std::string>(kHeader, ';'));
}
BENCHMARK(parse_with_copies);

void parse_with_views(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(split<std::string_view>(kHeader, ';'));
}
BENCHMARK(parse_with_views);

}  // namespace

BENCHMARK_MAIN();
