// Writes what fuzzing starts from, where no file of the tests serves: FOLDER/TARGET/NAME.
//   make_seeds FOLDER
// Companions are written as companion_target.cpp reads them.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "report/verdict/baseline.h"
#include "report/verdict/baseline_json.h"
#include "tests/fuzz/small_measurement.h"
#include "tests/unit/report/trace/sample_trace.h"
#include "trace/bytes.h"

namespace mallocop::fuzz {
namespace {

namespace fs = std::filesystem;
using test::Bytes;

void keep(const fs::path& folder, const std::string& target, const std::string& name, std::span<const uint8_t> bytes) {
  fs::create_directories(folder / target);
  test::write_file(folder / target / name, bytes);
}

void keep(const fs::path& folder, const std::string& target, const std::string& name, std::string_view text) {
  keep(folder, target, name, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// Runs of zeros of 16 and more are written as their number.
Bytes with_companion(const Bytes& trace, const Bytes& companion) {
  constexpr size_t kShortestRun = 16;
  Bytes out(trace.size() + companion.size() + 64);
  trace::ByteWriter writer(out.data(), out.size());
  const uint8_t length[] = {static_cast<uint8_t>(trace.size() & 0xff), static_cast<uint8_t>(trace.size() >> 8)};
  writer.raw(length, sizeof length);
  writer.raw(trace.data(), trace.size());
  const auto zeros_at = [&](size_t place) {
    size_t count = 0;
    while (place + count < companion.size() && companion[place + count] == 0) ++count;
    return count;
  };
  for (size_t at = 0; at < companion.size();) {
    const size_t zeros = zeros_at(at);
    size_t end = at + zeros;
    while (end < companion.size() && zeros_at(end) < kShortestRun) ++end;
    writer.varint(zeros);
    writer.text({reinterpret_cast<const char*>(companion.data()) + at + zeros, end - at - zeros});
    at = end;
  }
  out.resize(writer.size());
  return out;
}

const trace::StackNode kNodes[] = {{0x1000, 0, 0, 0}, {0x1010, 2, 0, 0}, {0x1020, 3, 1, trace::kNodeTruncated}};

// Modules whose paths the target takes for a file and a function.
test::TraceBuilder named_trace() {
  test::TraceBuilder builder;
  builder.process({"./bench", "a b", "<i>|`"})
      .module({0, 0x400000, 0x1000, 0x1018, "src/parse.cpp\n_ZNSt6vectorIiSaIiEE17_M_realloc_insertEv", "\x01"})
      .module({1, 0, 0x1018, 0x2000, "src/<b>.cpp\nns::parse(std::string const&)", ""})
      .frames(trace::kFirstStack, kNodes);
  return builder;
}

test::ThreadEvents busy_thread(uint32_t ordinal) {
  test::ThreadEvents thread(ordinal);
  thread.alloc(0x10000, 100, 2).begin(1, 1100).pair(0x20000, 10, 3).end(1200);
  for (uint64_t call = 0; call < 8; ++call) {
    thread.begin(1, 1300 + call).alloc(0x30000 + call * 64, 16 << call, 4).begin(2, 1300 + call).end(1300 + call, 5);
    thread.end(1350 + call);
  }
  return thread;
}

void traces(const fs::path& folder) {
  const auto both = [&](const char* name, const Bytes& bytes) {
    keep(folder, "report", name, bytes);
    keep(folder, "trace", name, bytes);
  };
  both("sample", test::sample_trace().bytes());
  test::ThreadEvents thread = busy_thread(1);
  const Bytes first = thread.fold(2000);
  thread.free(0x10000).realloc(0x30000, 0x50000, 300, 3).begin(1, 2100).pair(0x20000, 1, 4);
  const Bytes second = thread.fold(2200);
  test::TraceBuilder builder = named_trace();
  builder.operation(1, "parse|<b>").operation(2, "send\x1b[2J\n").window(first).window(second);
  both("not_ended", builder.bytes());
  builder.loss({trace::LossReason::kEventsDropped, 7, "no\nroom"}).end(2300, 0, 1);
  both("busy", builder.bytes());
  both("header", test::TraceBuilder().bytes());
}

void companions(const fs::path& folder) {
  test::ThreadEvents thread = busy_thread(1);
  test::TraceBuilder trace = named_trace();
  trace.operation(1, "parse").window(thread.fold(2000));
  thread.free(0x10000).alloc(0x30000, 40, 3).begin(2, 2500).free_unproved(0x40000, 3);
  const test::ThreadEvents other = busy_thread(2);
  keep(folder, "companion", "ring", with_companion(trace.bytes(), test::LiveBuilder().ring(thread).bytes()));
  test::LiveBuilder whole;
  whole.ring(thread).nodes(2, kNodes).ring(other);
  keep(folder, "companion", "rings_and_nodes", with_companion(trace.bytes(), whole.bytes()));
  whole.header().events_dropped = 3;
  whole.header().trace_cannot_grow = 28;
  keep(folder, "companion", "losses", with_companion(trace.bytes(), whole.bytes()));
  trace.end(2600, 1);
  keep(folder, "companion", "live_ring", with_companion(trace.bytes(), test::LiveBuilder().ring(thread).bytes()));
}

void records(const fs::path& folder) {
  const Bytes all = test::sample_trace().bytes();
  for (size_t at = sizeof(trace::FileHeader), index = 0; at + sizeof(trace::RecordHeader) <= all.size(); ++index) {
    trace::RecordHeader header{};
    std::memcpy(&header, all.data() + at, sizeof header);
    Bytes record = {static_cast<uint8_t>(header.type)};
    const auto payload = all.begin() + static_cast<std::ptrdiff_t>(at + sizeof header);
    record.insert(record.end(), payload, payload + static_cast<std::ptrdiff_t>(header.length));
    keep(folder, "records", std::to_string(index), record);
    at = (at + sizeof header + header.length + 7) & ~size_t{7};
  }
}

void baselines(const fs::path& folder) {
  keep(folder, "baseline", "same", report::baseline_to_json(report::make_baseline(small_measurement().profile, "b")));
}

}  // namespace
}  // namespace mallocop::fuzz

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: make_seeds FOLDER\n", stderr), 2;
  try {
    mallocop::fuzz::traces(argv[1]);
    mallocop::fuzz::companions(argv[1]);
    mallocop::fuzz::records(argv[1]);
    mallocop::fuzz::baselines(argv[1]);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "make_seeds: %s\n", error.what()), 1;
  }
  return 0;
}
