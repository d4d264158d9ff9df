// `mallocop init TRACE` or `mallocop init -- COMMAND`: a first budget file, made of what was measured.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/commands/analysis.h"
#include "report/commands/commands.h"
#include "report/commands/measure_command.h"
#include "report/commands/options.h"
#include "report/commands/temporary_folder.h"
#include "report/output/budget_draft.h"
#include "report/output/figures.h"
#include "report/output/sink.h"
#include "report/output/verdict_text.h"
#include "report/support/error.h"
#include "report/verdict/budget_file.h"

namespace mallocop::report {
namespace {

struct InitCommand {
  std::optional<std::string> trace;
  std::string file = kDefaultBudgetFile;
  std::vector<std::string> operations;
  uint64_t warmup = 0;
  bool force = false;
};

std::vector<WarmupRule> warmup_of(const InitCommand& command) {
  if (command.warmup == 0) return {};
  return {{"*", command.warmup}};
}

// What a person has written is not lost.
void require_free_place(const InitCommand& command) {
  if (command.force || command.file == "-" || !std::filesystem::exists(command.file)) return;
  throw Error(
      ExitStatus::kUsage,
      fmt::format("init: '{}' is there already; name another file with -o, or replace it with --force", command.file));
}

// The file is only good if what it was made of keeps it.
void tell(const InitCommand& command, const Profile& profile) {
  if (command.file == "-") return;
  CheckRequest request;
  request.budget_file = command.file;
  const Verdict verdict = check(profile, request);
  std::string text =
      fmt::format("mallocop: wrote {}: {} of {}\n", command.file, counted(verdict.compared.size(), "limit", "limits"),
                  counted(profile.operations.size(), "operation", "operations"));
  for (const std::string& reason : verdict.invalid)
    text += "mallocop: as it is, it cannot be checked: " + reason + "\n";
  for (const Violation& one : verdict.violations) {
    text += fmt::format("mallocop: not kept by this run: {}: {}\n", operation_text(one.operation), violation_text(one));
  }
  write_stream(STDERR_FILENO, text, "standard error");
}

int write_draft(const InitCommand& command, const Profile& profile) {
  if (!profile.measurement.valid) {
    const auto& reasons = profile.measurement.reasons;
    throw Error(ExitStatus::kInvalid,
                fmt::format("init: the measurement is not whole, so its numbers are no limits: {}",
                            reasons.empty() ? "events are missing" : reasons[0]));
  }
  write_document(command.file, draft_budget(profile));
  tell(command, profile);
  return static_cast<int>(ExitStatus::kOk);
}

int init(const InitCommand& command, const std::vector<std::string>& words) {
  if (command.trace.has_value() == !words.empty()) {
    throw Error(ExitStatus::kUsage, "init: name a trace, or a command after --, as in: mallocop init -- ./bench");
  }
  require_free_place(command);
  if (command.trace) {
    if (!command.operations.empty()) {
      throw Error(ExitStatus::kUsage, "init: --op is for a command; a trace has the operations that it was made with");
    }
    AnalysisOptions analysis;
    analysis.warmup = warmup_of(command);
    return write_draft(command, analyse(*command.trace, analysis).profile);
  }
  const TemporaryFolder folder("init");
  MeasureRequest request;
  request.trace = folder.path() + "/init.mcop";
  request.operations = command.operations;
  request.check.request.use_default_budget = false;
  if (command.warmup > 0) request.check.request.warmup = command.warmup;
  const MeasuredCommand measured = measure_command(request, words);
  if (measured.ended.status != 0) {
    throw Error(ExitStatus::kInvalid,
                fmt::format("init: the command ended with status {}; nothing was written", measured.ended.status));
  }
  return write_draft(command, measured.input->profile);
}

}  // namespace

Action declare_init(CLI::App& parser, const std::vector<std::string>& words) {
  auto command = std::make_shared<InitCommand>();
  parser.add_option("TRACE", command->trace, "A trace to take the numbers from, in place of a command");
  parser.add_option("-o,--output", command->file, "Where to write the budget; -: standard output")
      ->type_name("FILE")
      ->capture_default_str();
  parser.add_flag("--force", command->force, "Replace a file that is there");
  add_list(parser, "--op", command->operations, "Count the calls of such functions: each name is an operation")
      ->type_name("PATTERN");
  parser.add_option("--warmup", command->warmup, "Calls of every operation to leave out at its start")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  return [command, &words] { return init(*command, words); };
}

}  // namespace mallocop::report
