// Writes what fuzzing starts from, where no file of the tests serves: FOLDER/TARGET/NAME.
//   make_seeds FOLDER
#include <algorithm>
#include <array>
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
  thread.enter(3, 0x7000, 5).pair(0x20000, 10, 3).enter(3, 0x6f00, 1, 1).alloc(0x30000, 20, 4).begin(1, 1300);
  thread.alloc(0x30040, 8, 3).enter(3, 0x6e00, 1, 2).alloc(0x30080, 8, 4);
  thread.event(trace::Event::make(trace::EventKind::kOthers, 5, 100)).end(1400).alloc(0x300c0, 4, 2);
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
  report::TraceContents contents;
  contents.nodes = {{2, kNodes[0]}, {3, kNodes[1]}, {4, kNodes[2]}};
  contents.functions = {kFunction};
  const report::FunctionFrames frames(contents);
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

Bytes with_type(trace::RecordType type, const Bytes& payload) {
  Bytes record(1 + payload.size(), static_cast<uint8_t>(type));
  std::copy(payload.begin(), payload.end(), record.begin() + 1);
  return record;
}

// A window with one of everything.
trace::Window small_window() {
  trace::Window window;
  window.thread_ordinal = 1;
  window.events = 8;
  window.frees = 1;
  window.sites.resize(2);
  window.sites[0].allocations = window.sites[0].freed = window.sites[0].temporary = 1;
  window.calls.resize(2);
  window.calls[1].operation = 1;
  window.calls[1].begins = false;
  window.calls[1].blocks_before = 1;
  window.calls[0].operation = 1;
  window.calls[0].allocations = 1;
  window.calls[0].sites = {{1, 1, 0}};
  window.latencies.resize(1);
  window.latencies[0].operation = 1;
  window.latencies[0].calls = 1;
  window.latencies[0].buckets = {{3, 1}};
  window.blocks.resize(2);
  window.blocks[0].part = 0;
  window.blocks[1].kind = trace::WindowBlock::Kind::kFree;
  window.blocks.push_back({.kind = trace::WindowBlock::Kind::kPairBegin, .size = 8});
  window.blocks.push_back({.kind = trace::WindowBlock::Kind::kPairEnd, .size = 8});
  return window;
}

// Records that one check of a decoder refuses, and no other.
void refused_records(const fs::path& folder) {
  using trace::RecordType;
  using trace::Window;
  const std::pair<const char*, void (*)(Window&)> changes[] = {
      {"frees_above_events", [](Window& window) { window.frees = 9; }},
      {"sites_above_events", [](Window& window) { window.sites[1].allocations = 7; }},
      {"freed_above_allocations", [](Window& window) { window.sites[1].freed = 1; }},
      {"temporary_above_freed", [](Window& window) { window.sites[0].temporary = 2; }},
      {"call_without_repeat", [](Window& window) { window.calls[0].repeat = 0; }},
      {"call_without_iterations", [](Window& window) { window.calls[0].iterations = 0; }},
      {"call_too_deep", [](Window& window) { window.calls[0].level = trace::kMaxOpenCalls; }},
      {"call_site_unknown", [](Window& window) { window.calls[0].sites[0].site = 2; }},
      {"call_ends_behind_the_list", [](Window& window) { window.calls[1].blocks_before = 3; }},
      {"block_of_a_part_too_deep", [](Window& window) { window.blocks[0].part = trace::kMaxOpenCalls; }},
      {"free_of_a_part", [](Window& window) { window.blocks[1].part = 0; }},
      {"bucket_unknown", [](Window& window) { window.latencies[0].buckets[0].bucket = trace::kLatencyBuckets; }},
      {"block_site_unknown", [](Window& window) { window.blocks[0].site = 2; }},
      {"pair_site_unknown", [](Window& window) { window.blocks[2].site = 2; }},
      {"pair_without_begin", [](Window& window) { window.blocks[3].size = 9; }},
  };
  keep(folder, "records", "whole_window", with_type(RecordType::kWindow, test::encode_window(small_window())));
  for (const auto& [name, change] : changes) {
    Window window = small_window();
    change(window);
    keep(folder, "records", name, with_type(RecordType::kWindow, test::encode_window(window)));
  }
  // Counts that ask for more memory than there is: of fields, of nodes, of sites.
  const Bytes many = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
  keep(folder, "records", "too_many_fields", with_type(RecordType::kProcess, many));
  keep(folder, "records", "too_many_nodes", with_type(RecordType::kFrames, {2, 0x80, 0x80, 0x80, 0x0f}));
  Bytes window = test::encode_window(Window{});
  window.resize(window.size() - 5);  // the counts of its lists, and a level
  window.insert(window.end(), many.begin(), many.end());
  keep(folder, "records", "too_many_sites", with_type(RecordType::kWindow, window));
  keep(folder, "records", "parent_before_the_first", with_type(RecordType::kFrames, {2, 1, 5, 0, 0, 0}));
}

// Calibration, repetitions, threads, and what only aggregates tell; with batches as harness_target.cpp reads them.
void harnesses(const fs::path& folder) {
  const std::string one =
      R"({"run_name":"BM_A/64","run_type":"iteration","repetitions":1,"repetition_index":0,"threads":1,)"
      R"("iterations":100,"real_time":2.5,"cpu_time":2,"time_unit":"us"})";
  const std::string memory =
      R"({"run_name":"BM_M","family_index":1,"iterations":20,"allocs_per_iter":1,"max_bytes_used":NaN,"real_time":1})";
  const std::string two =
      R"({"run_name":"BM_T/threads:2","run_type":"iteration","repetitions":2,"repetition_index":0,"threads":2,)"
      R"("iterations":8,"real_time":1e3,"cpu_time":1},{"run_name":"BM_T/threads:2","run_type":"iteration",)"
      R"("repetitions":2,"repetition_index":1,"threads":2,"iterations":8,"real_time":1e3,"cpu_time":1})";
  const std::string mean =
      R"({"name":"BM_B_mean","run_name":"BM_B","run_type":"aggregate","aggregate_name":"mean","repetitions":3,)"
      R"("iterations":3,"real_time":1,"cpu_time":1,"time_unit":"ns"})";
  const std::string failed = R"({"run_name":"BM_F","error_occurred":true,"error_message":"no","iterations":0})";
  const auto output = [](const std::string& entries, const char* context = "") {
    return R"({"context":{)" + std::string(context) + R"(},"benchmarks":[)" + entries + "]}";
  };
  const auto batches = [](std::initializer_list<std::array<char, 3>> list) {
    std::string bytes(1, '\0');
    for (const auto& batch : list) bytes.append(batch.begin(), batch.end());
    return bytes;
  };
  const char* const interleaved = R"("random_interleaving":true)";
  keep(folder, "harness", "calibrated", output(one) + batches({{1, 1, 1}, {1, 1, 10}, {1, 1, 100}}));
  keep(folder, "harness", "memory_run", output(memory) + batches({{1, 1, 1}, {1, 1, 20}, {1, 1, 16}}));
  keep(folder, "harness", "threads", output(two) + batches({{1, 1, 4}, {2, 1, 4}, {2, 1, 4}, {1, 1, 4}}));
  keep(folder, "harness", "interleaved",
       output(two + "," + one, interleaved) + batches({{1, 1, 100}, {1, 2, 4}, {2, 2, 4}, {1, 2, 4}, {2, 2, 4}}));
  keep(folder, "harness", "aggregate", output(mean) + batches({{1, 1, 1}, {1, 1, 7}, {1, 1, 7}, {1, 1, 7}}));
  keep(folder, "harness", "failed", output(one + "," + failed + "," + one) + batches({{1, 1, 100}, {1, 1, 100}}));
  keep(folder, "harness", "no_list", std::string(R"({"benchmarks":0})"));

  test::TraceBuilder builder = functions_trace();
  uint8_t payload[1024];
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_harness(out, {trace::kGoogleBenchmarkJson, output(one)});
  builder.end(2000).record(trace::RecordType::kHarness, {payload, out.size()});
  keep(folder, "trace", "harness", builder.bytes());
  keep(folder, "report", "harness", builder.bytes());
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
    mallocop::fuzz::refused_records(argv[1]);
    mallocop::fuzz::harnesses(argv[1]);
    mallocop::fuzz::baselines(argv[1]);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "make_seeds: %s\n", error.what()), 1;
  }
  return 0;
}
