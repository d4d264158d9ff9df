// Google Benchmark's output and the batches that it should fit, as a trace has them: the output's text up to the first
// zero byte, then for each batch its thread and its caller (a byte each) and its iterations (varint).
#include <string>

#include "report/harness/google_benchmark.h"
#include "report/harness/match.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/target.h"
#include "trace/bytes.h"

namespace mallocop::fuzz {
namespace {

std::vector<report::Batch> batches_of(std::string_view bytes) {
  constexpr size_t kHead = 2, kSmallest = 3;
  std::vector<report::Batch> batches;
  while (bytes.size() >= kSmallest) {
    trace::ByteReader in(bytes.data() + kHead, bytes.size() - kHead);
    const uint64_t iterations = in.varint();
    batches.push_back({static_cast<uint8_t>(bytes[0]), iterations, static_cast<uint8_t>(bytes[1]), 1000});
    bytes.remove_prefix(bytes.size() - in.remaining());
  }
  return batches;
}

// A trace keeps it as it is written again.
void check_written(const report::BenchmarkOutput& output) {
  std::string problem;
  const auto again = report::parse_benchmark_output(report::write_benchmark_output(output), problem);
  if (!again) return expect(problem == "it says more than can be looked at", "what was written can be read");
  expect(again->interleaved == output.interleaved, "the order is kept");
  expect(again->benchmarks.size() == output.benchmarks.size(), "every benchmark is kept");
  for (size_t index = 0; index < output.benchmarks.size(); ++index) {
    const report::Benchmark& before = output.benchmarks[index];
    const report::Benchmark& after = again->benchmarks[index];
    expect(after.threads == before.threads && after.failed() == before.failed(), "a benchmark is the same");
    expect(after.repetitions.size() == before.repetitions.size(), "every repetition is kept");
  }
}

void run(std::string_view text, const std::vector<report::Batch>& batches) {
  std::string problem;
  const auto output = report::parse_benchmark_output(text, problem);
  if (!output) return expect(!problem.empty(), "what cannot be read has a reason");
  check_written(*output);
  const report::BatchMatch match = report::match_batches(*output, batches);
  expect(match.benchmark.size() == batches.size(), "every batch is told of");
  for (const std::optional<size_t>& index : match.benchmark) {
    expect(!index || match.problem.empty(), "nothing is guessed");
    expect(!index || *index < output->benchmarks.size(), "a batch's benchmark exists");
  }
}

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mallocop::fuzz;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view text = bytes.substr(0, bytes.find('\0'));
  // A few bytes may stand for a hundred thousand repetitions.
  const MemoryBound bound(size, 1024, size_t{32} << 20);
  run(text, batches_of(bytes.substr(std::min(size, text.size() + 1))));
  return 0;
}
