// Recovery and sealing: a trace and its companion, and what the fold makes of the companion's rings.
//
// The input is the trace's length in two bytes, the trace, and the companion as runs: how many zeros (varint), how
// many bytes (varint), the bytes. A companion is mostly zeros, and this way an input stays small.
#include <algorithm>
#include <filesystem>

#include "report/support/error.h"
#include "report/trace/seal.h"
#include "tests/fuzz/check_report.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/target.h"
#include "tests/unit/report/trace/trace_builder.h"
#include "trace/bytes.h"

namespace mallocop::fuzz {
namespace {

constexpr size_t kLargest = size_t{3} << 20;  // two chunks of stack nodes and a few rings

test::Bytes expand(trace::ByteReader& in) {
  test::Bytes companion;
  while (in.remaining() != 0) {
    const uint64_t zeros = in.varint();
    if (zeros > kLargest - companion.size()) break;
    companion.resize(companion.size() + zeros);
    const std::string_view bytes = in.text();
    if (bytes.size() > kLargest - companion.size()) break;
    companion.insert(companion.end(), bytes.begin(), bytes.end());
  }
  return companion;
}

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
  const size_t length = std::min(size_t{data[0]} + size_t{data[1]} * 256, size - 2);
  test::Bytes trace(data + 2, data + 2 + length);
  test::reseal(trace);
  trace::ByteReader rest(data + 2 + length, size - 2 - length);
  const test::Bytes companion = fuzz::expand(rest);
  test::write_file(path, trace);
  test::write_file(path + trace::kLiveSuffix, companion);
  const fuzz::MemoryBound bound(length + companion.size(), 512, size_t{64} << 20);
  try {
    fuzz::run(path);
  } catch (const report::Error& error) {
    fuzz::expect(error.status() == report::ExitStatus::kUsage, "what cannot be read is an error of usage");
  }
  return 0;
}
