#include "report/verdict/checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "report/support/error.h"
#include "report/verdict/baseline.h"
#include "report/verdict/baseline_check.h"
#include "report/verdict/baseline_json.h"
#include "report/verdict/budget_file.h"
#include "report/verdict/limit.h"
#include "report/verdict/limit_check.h"
#include "report/verdict/ratchet.h"
#include "report/verdict/suppressions.h"

namespace mallocop::report {
namespace {

std::optional<std::string> budget_file_of(const CheckRequest& request) {
  if (request.budget_file) return request.budget_file;
  std::error_code ignored;
  if (request.use_default_budget && std::filesystem::exists(kDefaultBudgetFile, ignored)) return kDefaultBudgetFile;
  return std::nullopt;
}

Budget budget_of(const CheckRequest& request) {
  const std::optional<std::string> file = budget_file_of(request);
  return file ? read_budget(*file) : Budget{};
}

std::chrono::year_month_day today_of(const CheckRequest& request) {
  return request.today.value_or(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

ExitStatus status_of(const Verdict& verdict) {
  const auto any = [&verdict](bool better) {
    return std::any_of(verdict.violations.begin(), verdict.violations.end(),
                       [better](const Violation& one) { return (one.kind == Violation::Kind::kBetter) == better; });
  };
  if (!verdict.invalid.empty()) return ExitStatus::kInvalid;
  if (any(false)) return ExitStatus::kOverBudget;
  return any(true) ? ExitStatus::kBetterThanBaseline : ExitStatus::kOk;
}

// Figures of one thread cannot pass for those of all.
void require_scopes(const Profile& profile, const std::vector<ProcessScope>& scopes, Verdict& verdict) {
  for (const ProcessScope& scope : scopes) {
    for (const Operation& operation : profile.operations) {
      if (operation.name != scope.operation || operation.whole_process) continue;
      verdict.invalid.push_back(
          operation.source == "mark"
              ? fmt::format(
                    "{}: \"{}\" was measured without the other threads; a scope of \"process\" must be known to "
                    "the run: mallocop run --budget FILE",
                    scope.source, operation.name)
              : fmt::format(
                    "{}: the calls of \"{}\" cannot count other threads: only those of marks have an end at which "
                    "to look",
                    scope.source, operation.name));
    }
  }
}

// Entries that match nothing hide what they were written for, so they are errors; but only a measurement that is
// whole can tell.
void require_useful(const Suppressions& suppressions, const Verdict& verdict) {
  if (suppressions.useless().empty() || !verdict.invalid.empty()) return;
  const size_t broken = verdict.violations.size();
  const std::string besides =
      broken == 0
          ? ""
          : fmt::format(" (besides, {} broken)", broken == 1 ? "1 limit is" : fmt::format("{} limits are", broken));
  throw Error(ExitStatus::kUsage, fmt::format("{}{}", fmt::join(suppressions.useless(), "\n"), besides));
}

}  // namespace

bool asks_for_verdict(const CheckRequest& request) {
  return budget_file_of(request) || !request.limits.empty() || !request.forbidden.empty() || request.baseline;
}

void require_limits(const CheckRequest& request, bool settings_count) {
  if (!request.limits.empty() || !request.forbidden.empty() || request.baseline) return;
  const std::optional<std::string> file = budget_file_of(request);
  if (!file) return;
  const Budget budget = read_budget(*file);
  if (!budget.limits.empty()) return;
  const bool has_settings = !budget.regress.empty() || !budget.warmup.empty() || !budget.process_scopes.empty();
  if (settings_count && has_settings && !request.budget_file) return;
  throw Error(ExitStatus::kUsage, fmt::format("{}: limits nothing, so it could not fail{}", *file,
                                              budget.regress.empty() ? "" : "; 'regress' needs a --baseline"));
}

std::vector<LimitedOperation> limited_operations(const CheckRequest& request) {
  const Budget budget = budget_of(request);
  std::vector<LimitedOperation> limited;
  for (const OperationSection& section : budget.operations) limited.push_back({section.pattern, section.source});
  for (const std::string& text : request.limits) {
    const Limit limit = parse_limit_option(text);
    if (!limit.whole_process) limited.push_back({limit.operation, limit.source});
  }
  return limited;
}

std::vector<std::string> whole_process_operations(const CheckRequest& request) {
  std::vector<std::string> names;
  for (const ProcessScope& scope : budget_of(request).process_scopes) names.push_back(scope.operation);
  return names;
}

Verdict check(const Profile& profile, const CheckRequest& request) {
  // What the user wrote comes first: a bad budget file is an error whatever was measured.
  const Budget budget = budget_of(request);
  std::vector<Limit> limits = budget.limits;
  for (const std::string& text : request.limits) limits.push_back(parse_limit_option(text));
  std::optional<Baseline> baseline;
  if (request.baseline) baseline = load_baseline(*request.baseline, request.baseline_folder);

  Verdict verdict;
  if (!profile.measurement.valid) {
    verdict.invalid = profile.measurement.reasons;
    if (verdict.invalid.empty()) verdict.invalid.push_back("the measurement is not whole");
    verdict.status = ExitStatus::kInvalid;
    return verdict;
  }

  require_scopes(profile, budget.process_scopes, verdict);
  const Suppressions suppressions(profile, budget.allowances, today_of(request));
  check_limits(profile, budget.operations, limits, suppressions, verdict);
  for (const std::string& pattern : request.forbidden) check_forbidden(profile, pattern, suppressions, verdict);
  if (baseline) check_baseline(profile, *baseline, budget.regress, request.strict, verdict);
  verdict.suppressed = suppressions.used();
  verdict.notes.insert(verdict.notes.end(), suppressions.expired().begin(), suppressions.expired().end());
  if (verdict.compared.empty() && verdict.invalid.empty()) {
    verdict.notes.push_back("nothing was compared: neither the budget nor the options limit anything");
  }
  require_useful(suppressions, verdict);
  verdict.status = status_of(verdict);
  if (baseline && verdict.status == ExitStatus::kBetterThanBaseline) {
    const Baseline wanted = ratcheted(*baseline, profile, verdict.violations);
    verdict.patch = unified_diff(baseline->file, baseline->text, baseline_to_json(wanted));
  }
  return verdict;
}

std::vector<WarmupRule> warmup_rules(const CheckRequest& request) {
  std::vector<WarmupRule> rules = budget_of(request).warmup;
  if (request.warmup) rules.push_back({"*", *request.warmup});
  return rules;
}

}  // namespace mallocop::report
