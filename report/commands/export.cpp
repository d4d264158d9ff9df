// `mallocop export TRACE --format FORMAT`: what a trace holds, in the format of another program.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "report/commands/analysis.h"
#include "report/commands/batch.h"
#include "report/commands/commands.h"
#include "report/commands/options.h"
#include "report/export/formats.h"
#include "report/output/sink.h"
#include "report/support/error.h"

namespace mallocop::report {
namespace {

struct ExportCommand {
  std::string trace;
  std::string format;
  std::string metric;
  std::vector<std::string> operations;
  bool inverted = false;
  LookOptions look;  // where names come from
  std::string file = "-";
};

// Of those that have this.
std::string formats_with(bool ExportFormat::*what) {
  std::string names;
  for (const ExportFormat& format : export_formats()) {
    if (format.*what) names.append(names.empty() ? "" : ", ").append(format.name);
  }
  return names;
}

// What can be found wrong before the trace is read.
void validate(const ExportCommand& command, const ExportFormat& format) {
  if (!command.metric.empty() && !format.one_metric) {
    throw Error(ExitStatus::kUsage, fmt::format("export: {} holds what it holds; --metric is for {}", format.name,
                                                formats_with(&ExportFormat::one_metric)));
  }
  if (command.inverted && !format.invertible) {
    throw Error(ExitStatus::kUsage, fmt::format("export: {} says itself where stacks begin; --inverted is for {}",
                                                format.name, formats_with(&ExportFormat::invertible)));
  }
  if (!command.operations.empty() && format.whole_process) {
    throw Error(ExitStatus::kUsage,
                fmt::format("export: {} is memory of the whole process; leave --op out", format.name));
  }
  if (format.binary && command.file == "-" && ::isatty(STDOUT_FILENO) == 1) {
    throw Error(ExitStatus::kUsage,
                fmt::format("export: {} is nothing for a terminal; name a file with -o", format.name));
  }
}

int export_trace(const ExportCommand& command) {
  const ExportFormat& format = *find_export_format(command.format);
  command.look.validate();
  validate(command, format);
  AnalysisOptions analysis = command.look.analysis_options();
  analysis.snapshots = format.whole_process;  // memory over time is what such a format shows
  analysis.operations = command.operations;
  ReportInput report = analyse(command.trace, analysis);
  const ExportInput input{report.profile,
                          command.metric.empty() ? export_metrics().data() : find_export_metric(command.metric),
                          command.operations.empty(), command.inverted};
  DocumentFile file(command.file);
  ExportStream stream([&](const std::string& piece) { file.write(piece); });
  format.write(input, stream);
  stream.finish();
  file.close();
  return static_cast<int>(status_of(report));
}

}  // namespace

Action declare_export(CLI::App& parser, const std::vector<std::string>&) {
  auto command = std::make_shared<ExportCommand>();
  parser.add_option("TRACE", command->trace, "Trace to export")->required();
  std::vector<std::string> formats;
  for (const ExportFormat& format : export_formats()) formats.emplace_back(format.name);
  parser.add_option("--format", command->format, "What to write")->required()->check(CLI::IsMember(formats));
  parser.add_option("-o,--output", command->file, "Where to write it; -: standard output")->type_name("FILE");
  std::vector<std::string> metrics;
  for (const ExportMetric& metric : export_metrics()) metrics.emplace_back(metric.name);
  parser
      .add_option("--metric", command->metric,
                  "What a stack is worth, in formats with one value: " + formats_with(&ExportFormat::one_metric))
      ->check(CLI::IsMember(metrics));
  parser.add_flag("--inverted", command->inverted,
                  "The innermost frames first, in " + formats_with(&ExportFormat::invertible));
  add_list(parser, "--op", command->operations, "Only operations with such a name")->type_name("PATTERN");
  add_source_options(parser, command->look);
  return [command] { return export_trace(*command); };
}

}  // namespace mallocop::report
