#include <benchmark/benchmark.h>

#include "parser.h"

static void BM_Parse(benchmark::State& state) {
  Parser parser;
  parser.parse("room=for;as=many;fields=as;a=line;has=");
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse("name=conductor;version=1.4.2;licence=free"));
}
BENCHMARK(BM_Parse);

BENCHMARK_MAIN();
