#include "report/verdict/ratchet.h"

#include <fmt/format.h>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <sstream>
#include <vector>

#include "report/verdict/metrics.h"
#include "report/verdict/suppressions.h"

namespace mallocop::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Baseline ratcheted(const Baseline& baseline, const Profile& profile, std::span<const Violation> violations) {
  Baseline result = baseline;
  for (const Violation& one : violations) {
    if (one.kind != Violation::Kind::kBetter) continue;
    if (one.operation.empty()) {
      const MetricInfo& metric = *find_total_metric(one.metric);
      result.totals.*metric.total = profile.totals.*metric.total;
      result.sites = baseline_sites(profile, all_indices(profile.sites.size()));
      continue;
    }
    const auto now = std::find_if(profile.operations.begin(), profile.operations.end(),
                                  [&one](const Operation& operation) { return operation.name == one.operation; });
    if (now == profile.operations.end()) continue;
    const MetricInfo& metric = *find_operation_metric(one.metric);
    const Distribution& distribution = (*now).*metric.per_call;
    BaselineOperation& kept = result.operations[one.operation];
    kept.values[metric.metric] = {distribution.mean, distribution.max};
    kept.count = now->count;
    kept.sites = baseline_sites(profile, now->sites);
  }
  return result;
}

std::string unified_diff(const std::string& file, const std::string& before, const std::string& after) {
  if (before == after) return "";
  dtl::Diff<std::string> diff(lines_of(before), lines_of(after));
  diff.compose();
  diff.composeUnifiedHunks();
  std::ostringstream text;
  diff.printUnifiedFormat(text);
  return fmt::format("--- a/{0}\n+++ b/{0}\n{1}", file, text.str());
}

}  // namespace mallocop::report
