// Writes what fuzzing starts from, where no file of the tests serves: FOLDER/TARGET/NAME.
//   make_seeds FOLDER
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "report/trace/function_frames.h"
#include "report/verdict/baseline.h"
#include "report/verdict/baseline_json.h"
#include "tests/fuzz/companion_input.h"
#include "tests/fuzz/small_measurement.h"
#include "tests/unit/report/trace/sample_trace.h"

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

// Of nodes 3 and 4, which lies below it.
constexpr trace::FunctionRecord kFunction = {.operation = 3, .begin = 0x1008, .end = 0x1018};

// Operations from a function and from a harness's batch, beside a mark.
test::TraceBuilder functions_trace() {
  test::TraceBuilder builder = named_trace();
  builder.operation(1, "parse")
      .operation(3, "ns::parse(<i>)", trace::OperationSource::kFunction)
      .function(kFunction)
      .operation(4, "1", trace::OperationSource::kGoogleBenchmark)
      .batch({4, 1, 100, 1100, 1900, 0x1010});
  return builder;
}

// Recursion, entries beside marks, and a coroutine that leaves its call open.
void call_functions(test::ThreadEvents& thread) {
  thread.enter(3, 0x7000, 5).pair(0x20000, 10, 3).enter(3, 0x6f00).alloc(0x30000, 20, 4).begin(1, 1300);
  thread.alloc(0x30040, 8, 3).enter(3, 0x6e00).alloc(0x30080, 8, 4).end(1400).alloc(0x300c0, 4, 2);
  thread.switch_to(0x5000).begin(1, 1500).enter(3, 0x4000, 2).alloc(0x30100, 2, 3).switch_to(0);
  thread.event(trace::Event::call(trace::EventKind::kCall, 1, 0, 70));
  thread.event(trace::Event::alloc(trace::EventKind::kPair, 0x20000, 10, 3)).enter(3, 0x7000);
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
  const std::vector<report::StackNodeEntry> nodes = {{2, kNodes[0]}, {3, kNodes[1]}, {4, kNodes[2]}};
  const report::FunctionFrames frames({&kFunction, 1}, nodes);
  test::ThreadEvents caller(1);
  call_functions(caller);
  test::TraceBuilder functions = functions_trace();
  functions.window(caller.fold(2000, frames.view()));
  call_functions(caller);
  functions.window(caller.fold(2900, frames.view())).end(3000);
  both("functions", functions.bytes());
  both("header", test::TraceBuilder().bytes());
}

void companions(const fs::path& folder) {
  test::ThreadEvents thread = busy_thread(1);
  test::TraceBuilder trace = named_trace();
  trace.operation(1, "parse").window(thread.fold(2000));
  thread.free(0x10000).alloc(0x30000, 40, 3).begin(2, 2500).free_unproved(0x40000, 3);
  const test::ThreadEvents other = busy_thread(2);
  keep(folder, "companion", "ring", write_companion_input({trace.bytes(), test::LiveBuilder().ring(thread).bytes()}));
  test::LiveBuilder whole;
  whole.ring(thread).nodes(2, kNodes).ring(other);
  keep(folder, "companion", "rings_and_nodes", write_companion_input({trace.bytes(), whole.bytes()}));
  whole.header().events_dropped = 3;
  whole.header().trace_cannot_grow = 28;
  keep(folder, "companion", "losses", write_companion_input({trace.bytes(), whole.bytes()}));
  trace.end(2600, 1);
  keep(folder, "companion", "live_ring",
       write_companion_input({trace.bytes(), test::LiveBuilder().ring(thread).bytes()}));

  test::ThreadEvents caller(1);
  call_functions(caller);
  keep(folder, "companion", "functions",
       write_companion_input({functions_trace().bytes(), test::LiveBuilder().ring(caller).bytes()}));
  static_cast<void>(caller.fold(2000));  // calls of two coroutines are open in its state
  call_functions(caller);
  keep(folder, "companion", "open_calls",
       write_companion_input({functions_trace().bytes(), test::LiveBuilder().ring(caller).bytes()}));
}

void records(const fs::path& folder, const std::string& name, const Bytes& all) {
  for (size_t at = sizeof(trace::FileHeader), index = 0; at + sizeof(trace::RecordHeader) <= all.size(); ++index) {
    trace::RecordHeader header{};
    std::memcpy(&header, all.data() + at, sizeof header);
    Bytes record = {static_cast<uint8_t>(header.type)};
    const auto payload = all.begin() + static_cast<std::ptrdiff_t>(at + sizeof header);
    record.insert(record.end(), payload, payload + static_cast<std::ptrdiff_t>(header.length));
    keep(folder, "records", name + std::to_string(index), record);
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
    mallocop::fuzz::records(argv[1], "sample", mallocop::test::sample_trace().bytes());
    mallocop::fuzz::records(argv[1], "functions", mallocop::fuzz::functions_trace().bytes());
    mallocop::fuzz::baselines(argv[1]);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "make_seeds: %s\n", error.what()), 1;
  }
  return 0;
}
