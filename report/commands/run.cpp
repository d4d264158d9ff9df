// `mallocop run -- COMMAND`: preload, run, report, and check if a budget, limit or baseline is named.
//
// The command's own failure comes first: then its status is passed through and nothing is judged, because a run that
// failed has not measured what it was meant to. Standard output stays the command's; the report goes to standard error.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/commands/batch.h"
#include "report/commands/commands.h"
#include "report/commands/complain.h"
#include "report/commands/function_operations.h"
#include "report/commands/measure_command.h"
#include "report/commands/options.h"
#include "report/commands/target_check.h"
#include "report/output/sink.h"

namespace mallocop::report {
namespace {

struct RunCommand {
  MeasureRequest measure;
  std::optional<std::string> report_file;    // --report
  std::vector<std::string> operation_lists;  // --list-ops
  LookOptions look;
  bool quiet = false;
};

void write_report(const RunCommand& command, const ReportInput& input) {
  OutputOptions options = command.look.output_options(command.report_file ? -1 : STDERR_FILENO);
  if (command.quiet) options.extent = Extent::kFailure;
  const std::string document = write_document_of(command.look.output(), input, options);
  if (command.report_file) {
    write_document(*command.report_file, document);
  } else {
    write_stream(STDERR_FILENO, document, "standard error");
  }
}

// A run that failed has no verdict, and with --quiet there may be nothing else to say. A document on standard error
// stays one.
void tell_failure(const RunCommand& command, const Ended& ended) {
  const bool expects_verdict = command.quiet || asks_for_verdict(command.measure.check.request);
  if (!expects_verdict || (command.look.format != "text" && !command.report_file)) return;
  complain(ended.killed ? fmt::format("the command was killed by signal {}; no verdict was given", ended.status - 128)
                        : fmt::format("the command ended with status {}; no verdict was given", ended.status));
}

int run(const RunCommand& command, const std::vector<std::string>& words) {
  command.look.validate();
  if (!command.operation_lists.empty()) {
    const Target target = check_target(resolve_command(words[0]));
    write_stream(STDOUT_FILENO, list_operations(target.program, command.operation_lists), "standard output");
    return static_cast<int>(ExitStatus::kOk);
  }
  if (command.report_file) require_document_place(*command.report_file);
  MeasureRequest request = command.measure;
  request.analysis = command.look.analysis_options();
  const MeasuredCommand measured = measure_command(request, words);
  if (measured.ended.status == 0) {
    write_report(command, *measured.input);
    return static_cast<int>(status_of(*measured.input));
  }
  try {
    if (measured.input) write_report(command, *measured.input);
  } catch (const std::exception& error) {  // the command's status matters more
    complain(error.what());
  }
  tell_failure(command, measured.ended);
  return measured.ended.status;
}

}  // namespace

Action declare_run(CLI::App& parser, const std::vector<std::string>& words) {
  auto command = std::make_shared<RunCommand>();
  parser
      .add_option("-o,--output", command->measure.trace,
                  "Where to write the trace, %p: process id; default: mallocop.<program>.<pid>.mcop here")
      ->type_name("TRACE");
  parser.add_option("--report", command->report_file, "Where to write the report; default: standard error")
      ->type_name("FILE");
  CLI::Option* const operations = add_list(parser, "--op", command->measure.operations,
                                           "Count the calls of such functions: each name is an operation")
                                      ->type_name("PATTERN");
  add_list(parser, "--list-ops", command->operation_lists,
           "Print what --op would count, and why not what it would not; the command does not run")
      ->type_name("PATTERN")
      ->excludes(operations);
  add_check_options(parser, command->measure.check);
  add_look_options(parser, command->look, true);
  add_ranking_option(parser, command->look);
  parser.add_flag("--quiet", command->quiet, "Print only what is wrong");
  return [command, &words] { return run(*command, words); };
}

}  // namespace mallocop::report
