// Recovery and sealing: a trace and its companion, and what the fold makes of the companion's rings.
#include <filesystem>

#include "report/support/error.h"
#include "report/trace/seal.h"
#include "tests/fuzz/check_report.h"
#include "tests/fuzz/companion_input.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/target.h"

#ifdef MALLOCOP_LIBFUZZER
#include "tests/fuzz/companion_mutator.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t capacity, unsigned seed) {
  return mallocop::fuzz::mutate_companion(data, size, capacity, seed);
}
#endif

namespace mallocop::fuzz {
namespace {

void run(const std::string& path) {
  const report::LoadedTrace before = report::load_trace(path, {});
  check_profile(before.profile);
  const report::Measurement& measured = before.profile.measurement;
  const report::Totals& totals = before.profile.totals;
  if (!report::seal_trace(path)) return;
  expect(!std::filesystem::exists(path + trace::kLiveSuffix), "sealing takes the companion away");
  const report::LoadedTrace after = report::load_trace(path, {});
  check_profile(after.profile);
  expect(after.profile.totals.allocations == totals.allocations, "sealing keeps every allocation");
  expect(after.profile.totals.bytes == totals.bytes, "sealing keeps every byte");
  expect(after.profile.totals.leaked_bytes == totals.leaked_bytes, "sealing keeps what leaked");
  expect(after.profile.measurement.events == measured.events, "sealing keeps every event");
  expect(after.profile.measurement.events_lost == measured.events_lost, "sealing keeps every loss");
  expect(!report::seal_trace(path), "a sealed trace needs no sealing");
}

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mallocop;
  static const test::TemporaryFolder folder;
  static const std::string path = folder.file("t.mcop");
  if (size < 2) return 0;
  auto [trace, companion] = fuzz::read_companion_input(data, size);
  test::reseal(trace);
  test::write_file(path, trace);
  test::write_file(path + trace::kLiveSuffix, companion);
  const fuzz::MemoryBound bound(trace.size() + companion.size(), 512, size_t{64} << 20);
  try {
    fuzz::run(path);
  } catch (const report::Error& error) {
    fuzz::expect(error.status() == report::ExitStatus::kUsage, "what cannot be read is an error of usage");
  }
  return 0;
}
