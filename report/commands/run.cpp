// `mallocop run -- COMMAND`: preload, run, report, and check if a budget, limit or baseline is named.
//
// The command's own failure comes first: then its status is passed through and nothing is judged, because a run that
// failed has not measured what it was meant to. Standard output stays the command's; the report goes to standard error.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/commands/analysis.h"
#include "report/commands/batch.h"
#include "report/commands/benchmark_program.h"
#include "report/commands/benchmark_report.h"
#include "report/commands/commands.h"
#include "report/commands/complain.h"
#include "report/commands/function_operations.h"
#include "report/commands/judge.h"
#include "report/commands/launcher.h"
#include "report/commands/options.h"
#include "report/commands/other_program.h"
#include "report/commands/shim_location.h"
#include "report/commands/target_check.h"
#include "report/commands/trace_place.h"
#include "report/detour/plan_file.h"
#include "report/output/sink.h"
#include "report/support/error.h"
#include "report/trace/seal.h"

namespace mallocop::report {
namespace {

struct RunCommand {
  std::optional<std::string> trace;
  LookOptions look;
  CheckOptions check;
  std::vector<std::string> operations;       // --op
  std::vector<std::string> operation_lists;  // --list-ops
  bool quiet = false;
};

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

ReportInput examine(const RunCommand& command, const Prepared& prepared, const Ended& ended) {
  finish_trace(ended);
  std::vector<std::string> notes = prepared.benchmarks.notes;
  if (prepared.benchmark_report) prepared.benchmark_report->keep(ended.trace, notes);
  LoadOptions load;
  load.warmup = warmup_rules(command.check.request);
  ReportInput input = analyse(ended.trace, load);
  add_notes(input, prepared.target, ended);
  std::move(notes.begin(), notes.end(), std::back_inserter(input.profile.measurement.notes));
  if (!other_program_ran(prepared.target, !command.operations.empty(), input.profile)) {
    check_entered(prepared.operations, input.profile);
  }
  if (ended.status == 0) judge(input, command.check);
  return input;
}

void write_report(const RunCommand& command, const ReportInput& input) {
  OutputOptions options = command.look.output_options(STDERR_FILENO);
  if (command.quiet) options.extent = Extent::kFailure;
  write_stream(STDERR_FILENO, command.look.output().write(input, options), "standard error");
}

// What the shim shall do: stand before functions that the user named and those around Google Benchmark's batches, and
// count other threads where a budget asks for them.
void prepare(const RunCommand& command, const std::vector<std::string>& words, Prepared& prepared, Launch& plan) {
  if (!command.operations.empty()) {
    try {
      prepared.operations = plan_operations(prepared.target.program, command.operations, command.check.request);
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
  for (const std::string& name : whole_process_operations(command.check.request))
    functions.push_back(whole_process(name));
  if (functions.empty()) return;
  prepared.plan_file.emplace(functions);
  plan.plan = prepared.plan_file->path();
}

int run(const RunCommand& command, const std::vector<std::string>& words) {
  command.check.validate();
  const std::string command_path = resolve_command(words[0]);
  Launch plan;
  plan.trace_pattern = trace_pattern(command.trace, command_path.substr(command_path.rfind('/') + 1));
  Prepared prepared;
  prepared.target = check_target(command_path);
  if (!command.operation_lists.empty()) {
    write_stream(STDOUT_FILENO, list_operations(prepared.target.program, command.operation_lists), "standard output");
    return static_cast<int>(ExitStatus::kOk);
  }
  plan.path = prepared.target.path;
  plan.arguments = words;
  plan.library = find_shim();
  prepare(command, words, prepared, plan);

  const Ended ended = launch(plan);
  prepared.plan_file.reset();
  if (!std::filesystem::exists(ended.trace)) {
    const std::string message = fmt::format(kNoTrace, ended.trace);
    if (ended.status == 0) throw Error(ExitStatus::kInvalid, message);
    complain(message);
    return ended.status;
  }
  if (ended.status == 0) {
    const ReportInput input = examine(command, prepared, ended);
    write_report(command, input);
    return static_cast<int>(status_of(input));
  }
  try {
    write_report(command, examine(command, prepared, ended));
  } catch (const std::exception& error) {  // the command's status matters more
    complain(error.what());
  }
  return ended.status;
}

}  // namespace

Action declare_run(CLI::App& parser, const std::vector<std::string>& words) {
  auto command = std::make_shared<RunCommand>();
  parser
      .add_option("-o,--output", command->trace,
                  "Where to write the trace, %p: process id; default: mallocop.<program>.<pid>.mcop here")
      ->type_name("TRACE");
  CLI::Option* const operations =
      add_list(parser, "--op", command->operations, "Count the calls of such functions: each name is an operation")
          ->type_name("PATTERN");
  add_list(parser, "--list-ops", command->operation_lists,
           "Print what --op would count, and why not what it would not; the command does not run")
      ->type_name("PATTERN")
      ->excludes(operations);
  add_check_options(parser, command->check);
  add_look_options(parser, command->look, false);
  parser.add_flag("--quiet", command->quiet, "Print only what is wrong");
  return [command, &words] { return run(*command, words); };
}

}  // namespace mallocop::report
