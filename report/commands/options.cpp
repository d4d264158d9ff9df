// See options.h.
#include "report/commands/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "report/output/sink.h"
#include "report/support/error.h"
#include "report/symbols/source_root.h"
#include "report/verdict/baseline.h"
#include "report/verdict/limit.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostTop = 100000;

}  // namespace

CLI::Option* add_list(CLI::App& parser, const char* name, std::vector<std::string>& list, const char* description) {
  return parser.add_option(name, list, description)->allow_extra_args(false)->expected(1)->take_all();
}

OutputOptions LookOptions::output_options(int descriptor) const {
  OutputOptions options;
  options.top = top;
  if (source_root) options.source_root = *source_root;
  if (descriptor >= 0) options.width = stream_width(descriptor);
  options.color = color == "always" || (color == "auto" && descriptor >= 0 && stream_has_color(descriptor));
  options.unicode = locale_is_utf8();
  return options;
}

AnalysisOptions LookOptions::analysis_options() const {
  AnalysisOptions options;
  options.source_root = source_root;
  // Where they are found does not depend on the folder of what is looked up.
  for (const std::string& folder : debug_paths) options.debug_paths.push_back(std::filesystem::absolute(folder));
  options.whole_names = whole_names();
  options.ranking = std::ranges::find(kRankings, ranked_by, &RankingName::name)->ranking;
  options.snapshots = output().shows_snapshots;
  return options;
}

void LookOptions::validate(size_t traces) const {
  const Output& chosen = output();
  if (const std::string_view lacking = chosen.lacking(); !lacking.empty()) {
    throw Error(ExitStatus::kError, fmt::format("--format {}: {}", chosen.name, lacking));
  }
  if (chosen.of_one_trace && traces > 1) {
    throw Error(ExitStatus::kUsage, fmt::format("--format {} is about one trace; write one of each", chosen.name));
  }
  if (source_root) SourceRoot{*source_root};
  for (const std::string& folder : debug_paths) {
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) continue;
    throw Error(ExitStatus::kUsage, fmt::format("--debug-path '{}' is no folder that can be read", folder));
  }
}

const Output& LookOptions::output() const { return *find_output(format); }

void add_source_options(CLI::App& parser, LookOptions& look) {
  parser
      .add_option("--source-root", look.source_root,
                  "Folder of your sources: a site is shown at the first frame below it; default for formats that point "
                  "at lines: this folder")
      ->type_name("FOLDER");
  add_list(parser, "--debug-path", look.debug_paths,
           "Folder with separate debug files, laid out as /usr/lib/debug is; may be repeated")
      ->type_name("FOLDER");
}

void add_look_options(CLI::App& parser, LookOptions& look, bool has_verdict) {
  std::vector<std::string> names;
  for (const Output& output : outputs()) {
    if (has_verdict || !output.of_verdicts) names.emplace_back(output.name);
  }
  parser.add_option("--format", look.format, "How to write the report")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  parser.add_option("--color", look.color, "Colours in text; auto: on a terminal, unless NO_COLOR is set")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  parser.add_option("--top", look.top, "Bottlenecks and plan items to show")
      ->check(CLI::Range(size_t{0}, kMostTop))
      ->type_name("N")
      ->capture_default_str();
  add_source_options(parser, look);
  parser.add_option("--names", look.names, "Names of functions in text: short, or whole with all template arguments")
      ->check(CLI::IsMember({"short", "whole"}))
      ->capture_default_str();
}

void add_ranking_option(CLI::App& parser, LookOptions& look) {
  std::vector<std::string> names(kRankings.size());
  std::ranges::transform(kRankings, names.begin(), [](const RankingName& each) { return std::string(each.name); });
  parser.add_option("--by", look.ranked_by, "What bottlenecks and the plan are ranked by")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
}

void CheckOptions::validate() const {
  for (const std::string& limit : request.limits) parse_limit_option(limit);
  warmup_rules(request);
  if (request.baseline) load_baseline(*request.baseline, request.baseline_folder);
}

void add_check_options(CLI::App& parser, CheckOptions& check) {
  CheckRequest& request = check.request;
  parser.add_option("--budget", request.budget_file, "Budget file; default: mallocop.toml here, if there is one")
      ->type_name("FILE");
  add_list(parser, "--limit", request.limits, "A limit on every call of an operation, e.g. 'parse:allocs<=2'")
      ->type_name("OP:METRIC<=VALUE");
  add_list(parser, "--forbid", request.forbidden, "Nothing may be allocated below such a function")
      ->type_name("PATTERN");
  CLI::Option* baseline =
      parser.add_option("--baseline", request.baseline, "Compare with the baseline of that name")->type_name("NAME");
  parser.add_option("--save-baseline", check.save_baseline, "Keep this measurement as the baseline of that name")
      ->type_name("NAME")
      ->excludes(baseline);
  parser.add_flag("--strict", request.strict, "Fail as well (status 4) if better than the baseline");
  parser.add_option("--warmup", request.warmup, "Calls of every operation to leave out at its start")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

}  // namespace mallocop::report
