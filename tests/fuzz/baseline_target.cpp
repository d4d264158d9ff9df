// A baseline's JSON, which may come with a change of somebody else: read, written again, and compared with.
#include <stdexcept>

#include "report/commands/after.h"
#include "report/verdict/baseline_check.h"
#include "report/verdict/baseline_json.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/small_measurement.h"
#include "tests/fuzz/target.h"

namespace mallocop::fuzz {
namespace {

void run(std::string_view text) {
  report::Baseline baseline;
  try {
    baseline = report::baseline_from_json(text);
  } catch (const std::runtime_error&) {
    return;  // as promised
  }
  const std::string json = report::baseline_to_json(baseline);
  expect(report::baseline_to_json(report::baseline_from_json(json)) == json, "what was written can be read");
  baseline.name = "before";
  report::ReportInput input = small_measurement();
  report::check_baseline(input.profile, baseline, {}, true, *input.verdict);
  input.after = report::make_after(input.profile, baseline);
  check_outputs(input, {});
}

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const mallocop::fuzz::MemoryBound bound(size, 1024, size_t{1} << 20);
  mallocop::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
