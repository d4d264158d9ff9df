// A trace to a Profile: reading, replaying, the ledger. Without names and outputs, so it runs many times a second.
#include "report/support/error.h"
#include "tests/fuzz/check_report.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/trace_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mallocop;
  const fuzz::TraceInput input(data, size);
  const fuzz::MemoryBound bound(size, 256, size_t{1} << 20);
  try {
    report::LoadOptions options = fuzz::options_with_names();
    if (size % 2 != 0) options.warmup = {{"*", 2}};
    fuzz::check_profile(report::load_trace(input.path(), options).profile);
  } catch (const report::Error& error) {
    fuzz::expect(error.status() == report::ExitStatus::kUsage, "what cannot be read is an error of usage");
  }
  return 0;
}
