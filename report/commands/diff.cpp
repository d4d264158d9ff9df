// `mallocop diff OLD NEW`: two measurements side by side, traces or baselines. It judges nothing; `check --baseline`
// does.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/commands/analysis.h"
#include "report/commands/batch.h"
#include "report/commands/commands.h"
#include "report/commands/options.h"
#include "report/comparison/comparison.h"
#include "report/output/diff_page.h"
#include "report/output/html.h"
#include "report/output/render.h"
#include "report/output/sink.h"
#include "report/support/error.h"
#include "report/support/pattern.h"
#include "report/verdict/checks.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

struct DiffCommand {
  std::string before;
  std::string now;
  std::vector<std::string> operations;
  uint64_t warmup = 0;
  std::string file = "-";
  LookOptions look;
};

// What an argument names: a file is a trace, all else the name of a baseline.
struct Measured {
  Side side;
  bool valid = true;
  std::optional<ReportInput> trace;  // if it is one
};

bool is_wanted(const DiffCommand& command, const std::string& operation) {
  const std::vector<std::string>& patterns = command.operations;
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                         [&](const std::string& pattern) { return glob_matches(pattern, operation); });
}

Measured measured_trace(const std::string& trace, const DiffCommand& command) {
  AnalysisOptions analysis = command.look.analysis_options();
  if (command.warmup > 0) analysis.warmup.push_back({"*", command.warmup});
  analysis.operations = command.operations;
  ReportInput input = analyse(trace, analysis);
  Measured measured{side_of(input.profile, trace), input.profile.measurement.valid, std::nullopt};
  measured.trace = std::move(input);
  return measured;
}

Measured measured(const std::string& name, const DiffCommand& command) {
  std::error_code ignored;
  if (fs::exists(name, ignored) && !fs::is_directory(name, ignored)) return measured_trace(name, command);
  if (name.find('/') != std::string::npos || name.ends_with(".mcop")) {
    throw Error(ExitStatus::kUsage, fmt::format("there is no trace '{}'", name));
  }
  Baseline baseline = load_baseline(name, CheckRequest().baseline_folder);
  std::erase_if(baseline.operations, [&](const auto& operation) { return !is_wanted(command, operation.first); });
  if (baseline.operations.empty() && !command.operations.empty()) {
    throw Error(ExitStatus::kUsage, fmt::format("--op: baseline '{}' has no such operation", name));
  }
  return {side_of(std::move(baseline)), true, std::nullopt};
}

std::string document_of(const Comparison& comparison, const DiffCommand& command) {
  const OutputOptions options = command.look.output_options(command.file == "-" ? STDOUT_FILENO : -1);
  if (command.look.format == "json") return diff_json(comparison);
  const Page page = diff_page(comparison, options.top, command.look.whole_names());
  return command.look.format == "markdown" ? render_markdown(page) : render_text(page, {options.width, options.color});
}

int diff(const DiffCommand& command) {
  command.look.validate();
  const Measured before = measured(command.before, command);
  const Measured now = measured(command.now, command);
  const ExitStatus status = before.valid && now.valid ? ExitStatus::kOk : ExitStatus::kInvalid;
  if (command.look.format == "html") {
    if (!before.trace || !now.trace)
      throw Error(ExitStatus::kUsage, "--format html: a baseline has no stacks; name two traces");
    write_document(command.file, write_html_diff(*before.trace, *now.trace, command.look.output_options(-1)));
    return static_cast<int>(status);
  }
  Comparison comparison = compare(before.side, now.side);
  for (const auto& [name, valid] : {std::pair(command.before, before.valid), std::pair(command.now, now.valid)}) {
    if (!valid) comparison.conditions.push_back(fmt::format("{} is not whole: see mallocop report {}", name, name));
  }
  write_document(command.file, document_of(comparison, command));
  return static_cast<int>(status);
}

}  // namespace

Action declare_diff(CLI::App& parser, const std::vector<std::string>&) {
  auto command = std::make_shared<DiffCommand>();
  parser.add_option("OLD", command->before, "A trace, or the name of a baseline")->required()->type_name("");
  parser.add_option("NEW", command->now, "The same")->required()->type_name("");
  parser.add_option("-o,--output", command->file, "Where to write it; -: standard output")->type_name("FILE");
  add_list(parser, "--op", command->operations, "Only operations with such a name")->type_name("PATTERN");
  parser.add_option("--warmup", command->warmup, "Calls of every operation to leave out at its start, of traces")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command->look.top = 10;
  add_look_options(parser, command->look, false);
  return [command] { return diff(*command); };
}

}  // namespace mallocop::report
