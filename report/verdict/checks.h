// What to check a Profile against, as the command line and the budget file name it, and the check itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/model/profile.h"
#include "report/model/warmup.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// Everything a user may ask a Profile to be checked against.
struct CheckRequest {
  std::optional<std::string> budget_file;  // path; none: `mallocop.toml` of the current folder when there is one
  bool use_default_budget = true;
  std::vector<std::string> limits;      // 'OP:METRIC[.STAT]<=VALUE', as given to --limit
  std::vector<std::string> forbidden;   // patterns of functions, as given to --forbid
  std::optional<std::string> baseline;  // a name, as given to --baseline
  std::string baseline_folder = ".mallocop/baselines";
  bool strict = false;             // better than the baseline fails too (status 4)
  std::optional<uint64_t> warmup;  // --warmup: calls of every operation to leave out, unless a budget says so
  std::optional<std::chrono::year_month_day> today;  // for [[allow]] that expires; none: the clock's, in UTC
};

// True if anything above asks for a verdict (a default budget file that exists counts).
bool asks_for_verdict(const CheckRequest& request);

// Throws Error (kUsage) if there is nothing that could be broken but a budget without a limit: a file that was emptied
// must not pass. `settings_count`: a file that was not named but found may hold settings alone, for other runs.
void require_limits(const CheckRequest& request, bool settings_count);

// An operation that the budget or an option names.
struct LimitedOperation {
  std::string pattern;
  std::string source;  // "mallocop.toml:12", "--limit 'parse:allocs<=0'"
};

// All of them. Throws like check().
std::vector<LimitedOperation> limited_operations(const CheckRequest& request);

// Operations whose calls shall count what all threads allocate (scope = "process"), which must be known before the run.
// Throws like check().
std::vector<std::string> whole_process_operations(const CheckRequest& request);

// Compares. Reads budget file and baseline; throws Error (kUsage) if they cannot be parsed or if an [[allow]] entry
// matches nothing, Error (kNoBaseline) if the baseline does not exist. A Profile whose measurement is not valid gives
// status kInvalid. Status, first that applies: kInvalid, kOverBudget, kBetterThanBaseline, kOk.
Verdict check(const Profile& profile, const CheckRequest& request);

// Warm-up must be left out when a Profile is made, so it is asked for first. In order of precedence: operations that
// the budget names in full, its patterns as they stand in the file, --warmup. Throws like check().
std::vector<WarmupRule> warmup_rules(const CheckRequest& request);

}  // namespace mallocop::report
