#include "tests/unit/report/output/sample_profile.h"

#include <utility>

#include "tests/unit/report/add_stack.h"

namespace mallocop::report {
namespace {

Frame make_frame(const char* function, const char* file, uint32_t line) {
  Frame frame;
  frame.function = function;
  frame.file = file;
  frame.line = line;
  frame.module = "/opt/bench/conductor";
  return frame;
}

Operation make_operation(const char* name, uint64_t calls, uint64_t allocations, uint64_t bytes) {
  Operation operation;
  operation.name = name;
  operation.source = "mark";
  operation.count = calls;
  operation.allocations = constant_distribution(allocations, calls);
  operation.bytes = constant_distribution(bytes, calls);
  operation.frees = constant_distribution(allocations, calls);
  operation.temporary = constant_distribution(0, calls);
  operation.peak = constant_distribution(bytes, calls);
  operation.net = constant_distribution(0, calls);
  return operation;
}

Site make_site(size_t stack, std::optional<size_t> operation, uint64_t allocations, uint64_t bytes) {
  Site site;
  site.stack = stack;
  site.operation = operation;
  site.allocations = allocations;
  site.bytes = bytes;
  return site;
}

}  // namespace

Distribution constant_distribution(uint64_t per_call, uint64_t calls) {
  const Rational each{per_call, 1};
  return {per_call * calls,     {per_call * calls, calls}, each, each, each, each, {per_call == 0 ? 0 : calls, calls},
          {{each, each, calls}}};
}

Profile sample_profile() {
  Profile profile;
  profile.trace_path = "/tmp/conductor.mcop";
  profile.command = {"./conductor", "--calls", "1000"};
  profile.fingerprint = {{"libc", "glibc 2.36"}, {"architecture", "x86_64"}};
  profile.duration_s = 0.25;
  profile.measurement.events = 8123;
  profile.measurement.threads = 2;
  profile.measurement.frames = 50;
  profile.measurement.frames_symbolised = 49;
  profile.totals = {4103, 600'000, 4102, 12, 1, 64, 70'000, 0};

  add_stack(profile, {make_frame("operator new(unsigned long)", "", 0),
                      make_frame("Conductor::route(Message const&)", "../samples/conductor.cpp", 42)});
  add_stack(profile, {make_frame("operator new(unsigned long)", "", 0),
                      make_frame("Conductor::name(int)", "../samples/conductor.cpp", 57)});
  add_stack(profile, {make_frame("malloc", "", 0), make_frame("main", "../samples/main.cpp", 9)});
  Operation dispatch = make_operation("Conductor::dispatch", 1000, 3, 512);
  dispatch.allocations.total = 3001;
  dispatch.allocations.mean = {3001, 1000};
  dispatch.allocations.max = {4, 1};
  dispatch.latency = Latency{900, 700, 812, 2048, 9000, 1'234'567};
  dispatch.sites = {0, 1};
  profile.operations = {dispatch, make_operation("parse", 10, 0, 0)};

  profile.sites = {make_site(0, 0, 3000, 511'000), make_site(1, 0, 1, 1000), make_site(2, std::nullopt, 1102, 88'000)};
  for (Site& site : profile.sites) site.location = 1;
  profile.sites[0].temporary = 12;
  profile.sites[0].peak_blocks = 2;
  profile.sites[0].peak_bytes = 5'000;
  profile.sites[2].leaked_allocations = 1;
  profile.sites[2].leaked_bytes = 64;
  profile.sites[2].peak_blocks = 100;
  profile.sites[2].peak_bytes = 64'000;
  MemoryTimeline& memory = profile.memory;
  memory.points = {{0.125, 400'000, 65'000, 90, 70'000}, {0.25, 600'000, 64, 1, 66'000}};
  memory.snapshots = {{0, {{2, 85, 60'000}, {0, 5, 5'000}}}, {1, {{2, 1, 64}}}};
  memory.peak_time_s = 0.1;
  memory.peak_blocks = 102;
  memory.peak_short_lived_bytes = 1'000;
  memory.peak_at_least = 69'000;
  memory.peak_at_most = 72'000;
  profile.sites[0].pattern = Pattern::kEveryOp;
  profile.sites[0].calls = 1000;
  profile.sites[0].cause = "a std::vector grows";
  profile.sites[0].advice = "reserve before the loop";
  profile.sites[1].pattern = Pattern::kFirstOpOnly;
  profile.sites[1].calls = 1;
  return profile;
}

ReportInput sample_input() {
  ReportInput input;
  input.profile = sample_profile();
  input.plan = {{1, "reserve the vector in Conductor::route", {"3 fewer allocations in every call"}, "", {0}}};
  return input;
}

}  // namespace mallocop::report
