#include "report/verdict/limit_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "report/support/nearest.h"
#include "report/support/units.h"
#include "report/verdict/metrics.h"
#include "report/verdict/uncertain_entries.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kFunctionSource = "function";  // Operation::source of what --op named

// Writes a time so that it cannot read like the limit it is over.
std::string exceeding_time(double nanoseconds, const std::string& limit) {
  const std::string text = format_time(nanoseconds);
  const bool looks_within = parse_quantity(text, Unit::kTime) <= parse_quantity(limit, Unit::kTime);
  return looks_within ? fmt::format("{} ns", nanoseconds) : text;
}

Violation outcome_of(const Limit& limit, std::string operation) {
  const MetricInfo& metric = info_of(limit.metric);
  return {.kind = Violation::Kind::kBudget,
          .operation = std::move(operation),
          .metric = std::string(metric.name),
          .statistic = limit.whole_process ? "total" : std::string(info_of(limit.statistic).name),
          .limit = format_exact(limit.most, metric.unit),
          .actual = {},
          .source = limit.source,
          .sites = {}};
}

void check_operation(const Profile& profile, const Operation& operation, const Limit& limit,
                     const Suppressions& suppressions, Verdict& verdict) {
  const MetricInfo& metric = info_of(limit.metric);
  const StatisticInfo& statistic = info_of(limit.statistic);
  const bool frees = limit.metric == Metric::kFrees;
  if (operation.source == kFunctionSource && (frees || limit.metric == Metric::kNet)) {
    verdict.invalid.push_back(
        fmt::format("{}: the {} of '{}' are limited, but it is a function named by --op: its calls are told by the "
                    "stacks of allocations, and a free has none; mark the operation in the source to limit them",
                    limit.source, frees ? "frees" : "net bytes", operation.name));
    return;
  }
  if (const std::string why = uncertain_entries(profile, operation); !why.empty() && metric.per_call != nullptr) {
    verdict.invalid.push_back(fmt::format("{}: the {} of '{}' are limited, but {}; {}", limit.source, metric.name,
                                          operation.name, why, kUncertainEntriesAdvice));
    return;
  }
  Violation violation = outcome_of(limit, operation.name);
  bool held = false;
  if (metric.per_call == nullptr) {
    if (!operation.latency) {
      verdict.invalid.push_back(
          fmt::format("{}: the latency of '{}' is limited, but the trace has no times for it: they come from marks or "
                      "from a harness that times",
                      limit.source, operation.name));
      return;
    }
    const double actual = (*operation.latency).*statistic.of_latency;
    held = actual <= limit.most.to_double();
    violation.actual = held ? format_time(actual) : exceeding_time(actual, violation.limit);
  } else {
    const Rational actual = suppressions.rest_per_call(profile, operation, metric, statistic);
    held = actual <= limit.most;
    violation.actual =
        limit.statistic == Statistic::kMean ? format_mean(actual, metric.unit) : format_exact(actual, metric.unit);
  }
  if (!held) violation.sites = suppressions.by_share(profile, operation.sites, metric.share);
  verdict.add(std::move(violation), held);
}

void check_process(const Profile& profile, const Limit& limit, const Suppressions& suppressions, Verdict& verdict) {
  const MetricInfo& metric = info_of(limit.metric);
  const Rational actual{suppressions.rest_of_total(profile, metric), 1};
  const bool held = actual <= limit.most;
  Violation violation = outcome_of(limit, "");
  violation.actual = format_exact(actual, metric.unit);
  if (!held) violation.sites = suppressions.by_share(profile, all_indices(profile.sites.size()), metric.share);
  verdict.add(std::move(violation), held);
}

}  // namespace

std::string operations_there(const Profile& profile, const std::string& pattern) {
  if (profile.operations.empty()) return "the trace has no operations";
  constexpr size_t kShown = 8;
  std::vector<std::string_view> names;
  for (const Operation& operation : profile.operations) names.push_back(operation.name);
  std::stable_sort(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
    return edit_distance(pattern, a) < edit_distance(pattern, b);
  });
  std::string text = "the trace has";
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += fmt::format("{} '{}'", i == 0 ? "" : ",", names[i]);
  }
  if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
  return text;
}

std::vector<size_t> measured_operations(const Profile& profile, const std::string& pattern, const std::string& source,
                                        Verdict& verdict) {
  std::vector<size_t> measured;
  std::vector<std::string> without_calls;
  for (size_t i = 0; i < profile.operations.size(); ++i) {
    const Operation& operation = profile.operations[i];
    if (!glob_matches(pattern, operation.name)) continue;
    if (operation.count > 0) {
      measured.push_back(i);
    } else {
      without_calls.push_back(fmt::format("{}: operation '{}' has no measured call ({} left out as warm-up)", source,
                                          operation.name, format_count(operation.warmup)));
    }
  }
  if (measured.empty() && without_calls.empty()) {
    verdict.invalid.push_back(
        fmt::format("{}: no operation is named '{}'; {}", source, pattern, operations_there(profile, pattern)));
  }
  std::vector<std::string>& list = measured.empty() ? verdict.invalid : verdict.notes;
  list.insert(list.end(), without_calls.begin(), without_calls.end());
  return measured;
}

void check_limits(const Profile& profile, std::span<const OperationSection> sections, std::span<const Limit> limits,
                  const Suppressions& suppressions, Verdict& verdict) {
  // A section of the budget file is complained about once, not once for each of its limits.
  std::set<std::string> in_sections;
  for (const OperationSection& section : sections) {
    in_sections.insert(section.pattern);
    measured_operations(profile, section.pattern, section.source, verdict);
  }
  for (const Limit& limit : limits) {
    if (limit.whole_process) {
      check_process(profile, limit, suppressions, verdict);
      continue;
    }
    Verdict told;
    Verdict& listener = in_sections.count(limit.operation) != 0 ? told : verdict;
    for (const size_t index : measured_operations(profile, limit.operation, limit.source, listener)) {
      check_operation(profile, profile.operations[index], limit, suppressions, verdict);
    }
  }
}

}  // namespace mallocop::report
