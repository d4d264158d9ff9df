#include "report/harness/name_batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/harness/match.h"
#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

constexpr const char* kUnknownFunction = "(unknown function)";

std::vector<Batch> batches_of(const TraceContents& contents, double nanoseconds_per_tick) {
  std::vector<Batch> batches;
  batches.reserve(contents.batches.size());
  for (const trace::BatchRecord& record : contents.batches) {
    const uint64_t ticks = saturating_subtract(record.end_ticks, record.begin_ticks);
    batches.push_back(
        {record.thread_ordinal, record.iterations, record.caller, static_cast<double>(ticks) * nanoseconds_per_tick});
  }
  return batches;
}

void name_by_output(const BenchmarkOutput& output, const BatchMatch& match, const TraceContents& contents,
                    BatchNames& result) {
  for (size_t place = 0; place < match.benchmark.size(); ++place) {
    if (!match.benchmark[place]) continue;
    result.names.emplace(contents.batches[place].operation, output.benchmarks[*match.benchmark[place]].name);
  }
  std::map<std::string, size_t> count;
  for (const Benchmark& benchmark : output.benchmarks) {
    const std::optional<HarnessTime> time = benchmark.time();
    if (benchmark.failed()) continue;
    const size_t before = count[benchmark.name]++;
    if (!time) continue;
    // Benchmarks of one name are one operation: the mean of what each of them says.
    HarnessTime& mean = result.times[benchmark.name];
    const auto n = static_cast<double>(before);
    mean = {(mean.real_ns * n + time->real_ns) / (n + 1), (mean.cpu_ns * n + time->cpu_ns) / (n + 1)};
  }
  for (const auto& [name, benchmarks] : count) {
    if (benchmarks > 1) {
      result.notes.push_back(fmt::format("{} benchmarks are called \"{}\"; they are one operation", benchmarks, name));
    }
  }
}

void name_by_function(const TraceContents& contents, const FunctionsAt& functions_at, BatchNames& result) {
  std::vector<uint64_t> callers;
  for (const trace::BatchRecord& record : contents.batches) callers.push_back(record.caller);
  std::sort(callers.begin(), callers.end());
  callers.erase(std::unique(callers.begin(), callers.end()), callers.end());
  const std::vector<std::string> functions = functions_at(callers, contents);
  for (const trace::BatchRecord& record : contents.batches) {
    const auto place = std::lower_bound(callers.begin(), callers.end(), record.caller) - callers.begin();
    const std::string& name = functions[static_cast<size_t>(place)];
    result.names.emplace(record.operation, name.empty() ? kUnknownFunction : name);
  }
}

}  // namespace

BatchNames name_batches(const TraceContents& contents, std::optional<double> nanoseconds_per_tick,
                        const FunctionsAt& functions_at) {
  BatchNames result;
  if (contents.harness_outputs.empty()) {
    if (contents.batches.empty()) return result;
    result.notes.emplace_back(
        "the trace has no output of Google Benchmark: its batches, calibration included, are named by the function "
        "that "
        "ran them");
    name_by_function(contents, functions_at, result);
    return result;
  }
  std::string problem;
  const std::optional<BenchmarkOutput> output = parse_benchmark_output(contents.harness_outputs.back(), problem);
  if (!output) {
    problem = fmt::format("the output of Google Benchmark in the trace cannot be read: {}", problem);
  } else {
    BatchMatch match = match_batches(*output, batches_of(contents, nanoseconds_per_tick.value_or(0)));
    result.notes = std::move(match.notes);
    problem = std::move(match.problem);
    if (problem.empty()) name_by_output(*output, match, contents, result);
  }
  if (problem.empty()) return result;
  result.reasons.push_back(std::move(problem));
  name_by_function(contents, functions_at, result);
  return result;
}

}  // namespace mallocop::report
