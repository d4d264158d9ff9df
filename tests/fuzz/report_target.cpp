// The whole reporter on a trace without a companion: every output of it.
#include "report/harness/name_batches.h"
#include "report/support/error.h"
#include "report/symbols/functions_at.h"
#include "tests/fuzz/check_report.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/trace_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mallocop;
  const fuzz::TraceInput input(data, size);
  const fuzz::MemoryBound bound(size, 512, size_t{64} << 20);
  try {
    fuzz::check_report(report::load_trace(input.path(), fuzz::options_with_names()));
  } catch (const report::Error& error) {
    fuzz::expect(error.status() == report::ExitStatus::kUsage, "what cannot be read is an error of usage");
  }
  return 0;
}
