// `mallocop report TRACE...`: shows what traces hold. No limits, no verdict; a measurement that is not whole still
// gives status 6, so that nobody builds on it unaware.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "report/commands/analysis.h"
#include "report/commands/batch.h"
#include "report/commands/commands.h"
#include "report/commands/options.h"
#include "report/output/sink.h"

namespace mallocop::report {
namespace {

struct ReportCommand {
  std::vector<std::string> traces;
  std::vector<std::string> operations;
  std::string file = "-";
  LookOptions look;
  uint64_t warmup = 0;
};

int report(const ReportCommand& command) {
  command.look.validate(command.traces.size());
  AnalysisOptions analysis = command.look.analysis_options();
  if (command.warmup > 0) analysis.warmup.push_back({"*", command.warmup});
  analysis.operations = command.operations;
  OutputOptions options = command.look.output_options(command.file == "-" ? STDOUT_FILENO : -1);
  const BatchResult result = for_each_trace(command.traces, command.look.output(), options,
                                            [&](const auto& trace) { return analyse(trace, analysis); });
  if (!result.document.empty()) write_document(command.file, result.document);
  return static_cast<int>(result.status);
}

}  // namespace

Action declare_report(CLI::App& parser, const std::vector<std::string>&) {
  auto command = std::make_shared<ReportCommand>();
  parser.add_option("TRACE", command->traces, "Traces to show")->required();
  parser.add_option("-o,--output", command->file, "Where to write the report; -: standard output")->type_name("FILE");
  parser.add_option("--op", command->operations, "Only operations with such a name")
      ->allow_extra_args(false)
      ->expected(1)
      ->take_all()
      ->type_name("PATTERN");
  parser.add_option("--warmup", command->warmup, "Calls of every operation to leave out at its start")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  add_look_options(parser, command->look, false);
  add_ranking_option(parser, command->look);
  return [command] { return report(*command); };
}

}  // namespace mallocop::report
