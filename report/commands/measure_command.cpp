// See measure_command.h.
#include "report/commands/measure_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "report/commands/analysis.h"
#include "report/commands/benchmark_program.h"
#include "report/commands/benchmark_report.h"
#include "report/commands/complain.h"
#include "report/commands/function_operations.h"
#include "report/commands/judge.h"
#include "report/commands/other_program.h"
#include "report/commands/shim_location.h"
#include "report/commands/target_check.h"
#include "report/commands/trace_place.h"
#include "report/detour/plan_file.h"
#include "report/support/error.h"
#include "report/trace/seal.h"

namespace mallocop::report {
namespace {

constexpr const char* kNoTrace =
    "no trace was written: the library was not loaded into the command, or could not write '{}'; a command that runs "
    "another program in its place or clears LD_PRELOAD must be measured as that program";

// What only the one who waited for the process knows.
void add_notes(ReportInput& input, const Target& target, const Ended& ended) {
  const Profile& profile = input.profile;
  auto& notes = input.profile.measurement.notes;
  if (target.program != target.path && profile.program == std::filesystem::canonical(target.program)) {
    notes.push_back(fmt::format("the command is a script: its interpreter '{}' was measured, and not what it starts",
                                target.program));
  }
  if (!profile.measurement.finished && !ended.killed) {
    notes.push_back(fmt::format(
        "the process ended as '{}': it ran that program in its place (exec), and mallocop could not be loaded into it",
        ended.command_name));
  }
  if (ended.killed) notes.push_back(fmt::format("the command was killed by signal {}", ended.status - 128));
}

// A process that left through _exit, or with threads running, could not finish its trace. One that became a program
// which the library was not loaded into has another name at its end, and its trace is not whole.
void finish_trace(const Ended& ended) {
  if (ended.killed || ended.command_name != command_name_of(ended.trace)) return;
  seal_trace(ended.trace);
}

// What was found before the run, and is needed after it.
struct Prepared {
  Target target;
  OperationPlan operations;
  BenchmarkProgram benchmarks;
  std::optional<BenchmarkReport> benchmark_report;
  std::optional<PlanFile> plan_file;
};

ReportInput examine(const MeasureRequest& request, const Prepared& prepared, const Ended& ended) {
  finish_trace(ended);
  std::vector<std::string> notes = prepared.benchmarks.notes;
  if (prepared.benchmark_report) prepared.benchmark_report->keep(ended.trace, notes);
  AnalysisOptions analysis = request.analysis;
  analysis.warmup = warmup_rules(request.check.request);
  ReportInput input = analyse(ended.trace, analysis);
  add_notes(input, prepared.target, ended);
  std::move(notes.begin(), notes.end(), std::back_inserter(input.profile.measurement.notes));
  if (!other_program_ran(prepared.target, !request.operations.empty(), input.profile)) {
    check_entered(prepared.operations, input.profile);
  }
  if (ended.status == 0) judge(input, request.check);
  return input;
}

// What the shim shall do: stand before functions that the user named and those around Google Benchmark's batches, and
// count other threads where a budget asks for them.
void prepare(const MeasureRequest& request, const std::vector<std::string>& words, Prepared& prepared, Launch& plan) {
  if (!request.operations.empty()) {
    try {
      prepared.operations = plan_operations(prepared.target.program, request.operations, request.check.request);
    } catch (const Error& error) {
      throw Error(error.status(), error.what() + other_program_advice(prepared.target, words));
    }
  }
  prepared.benchmarks = find_google_benchmark(prepared.target.program);
  if (!prepared.benchmarks.functions.empty()) {
    prepared.benchmark_report.emplace(words);
    plan.environment = prepared.benchmark_report->environment();
  }
  std::vector<Planned> functions = prepared.operations.functions;
  functions.insert(functions.end(), prepared.benchmarks.functions.begin(), prepared.benchmarks.functions.end());
  for (const std::string& name : whole_process_operations(request.check.request))
    functions.push_back(whole_process(name));
  if (functions.empty()) return;
  prepared.plan_file.emplace(functions);
  plan.plan = prepared.plan_file->path();
}

}  // namespace

MeasuredCommand measure_command(const MeasureRequest& request, const std::vector<std::string>& words) {
  request.check.validate();
  if (!request.check.save_baseline) require_limits(request.check.request, true);
  const std::string command_path = resolve_command(words[0]);
  Launch plan;
  plan.trace_pattern = trace_pattern(request.trace, command_path.substr(command_path.rfind('/') + 1));
  Prepared prepared;
  prepared.target = check_target(command_path);
  plan.path = prepared.target.path;
  plan.arguments = words;
  plan.library = find_shim();
  prepare(request, words, prepared, plan);

  MeasuredCommand result;
  result.ended = launch(plan);
  prepared.plan_file.reset();
  if (!std::filesystem::exists(result.ended.trace)) {
    std::string message = fmt::format(kNoTrace, result.ended.trace);
    if (const char* const named = std::getenv("MALLOCOP_LIBRARY"); named != nullptr && *named != '\0') {
      message += fmt::format("; MALLOCOP_LIBRARY names '{}' as the library", named);
    }
    if (result.ended.status == 0) throw Error(ExitStatus::kInvalid, message);
    complain(message);
    return result;
  }
  try {
    result.input = examine(request, prepared, result.ended);
  } catch (const std::exception& error) {
    if (result.ended.status == 0) throw;
    complain(error.what());  // the command's status matters more
  }
  return result;
}

}  // namespace mallocop::report
