// `mallocop check TRACE...`: the verdict on traces that are there already. It never passes for want of a limit.
#include <unistd.h>

#include <memory>

#include "report/commands/analysis.h"
#include "report/commands/batch.h"
#include "report/commands/commands.h"
#include "report/commands/judge.h"
#include "report/commands/options.h"
#include "report/output/sink.h"
#include "report/support/error.h"

namespace mallocop::report {
namespace {

struct CheckCommand {
  std::vector<std::string> traces;
  LookOptions look;
  CheckOptions check;
  std::string file = "-";
  bool quiet = false;
};

int check_traces(const CheckCommand& command) {
  if (!asks_for_verdict(command.check.request) && !command.check.save_baseline) {
    throw Error(ExitStatus::kUsage,
                "check: nothing to check against; name a --budget, --limit, --forbid or --baseline, or put a "
                "mallocop.toml into this folder");
  }
  if (command.check.save_baseline && command.traces.size() > 1) {
    throw Error(ExitStatus::kUsage, "check: --save-baseline takes one trace; name the baseline of each in turn");
  }
  command.check.validate();
  if (!command.check.save_baseline) require_limits(command.check.request, false);
  command.look.validate(command.traces.size());
  AnalysisOptions analysis = command.look.analysis_options();
  analysis.warmup = warmup_rules(command.check.request);
  OutputOptions options = command.look.output_options(command.file == "-" ? STDOUT_FILENO : -1);
  options.extent = command.quiet ? Extent::kFailure : Extent::kVerdict;
  const BatchResult result = for_each_trace(command.traces, command.look.output(), options, [&](const auto& trace) {
    ReportInput input = analyse(trace, analysis);
    judge(input, command.check);
    return input;
  });
  // An old file must not pass for the result of this check.
  if (!result.document.empty() || command.file != "-") write_document(command.file, result.document);
  return static_cast<int>(result.status);
}

}  // namespace

Action declare_check(CLI::App& parser, const std::vector<std::string>&) {
  auto command = std::make_shared<CheckCommand>();
  parser.add_option("TRACE", command->traces, "Traces to check")->required();
  parser.add_option("-o,--output", command->file, "Where to write the verdict; -: standard output")->type_name("FILE");
  add_check_options(parser, command->check);
  add_look_options(parser, command->look, true);
  add_ranking_option(parser, command->look);
  parser.add_flag("--quiet", command->quiet, "Print only what is wrong");
  return [command] { return check_traces(*command); };
}

}  // namespace mallocop::report
