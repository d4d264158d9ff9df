#include "report/verdict/suppressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "report/support/pattern.h"
#include "report/support/units.h"
#include "report/verdict/stack_match.h"

namespace mallocop::report {
namespace {

std::string date_text(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string subject(const Allowance& allowance) {
  const std::string scope = allowance.operation ? fmt::format(" in operation '{}'", *allowance.operation) : "";
  return fmt::format("'{}'{}", allowance.stack.text(), scope);
}

bool in_scope(const Allowance& allowance, const Profile& profile, const Site& site) {
  if (!allowance.operation) return true;
  return site.operation && glob_matches(*allowance.operation, profile.operations[*site.operation].name);
}

}  // namespace

std::vector<size_t> all_indices(size_t count) {
  std::vector<size_t> indices(count);
  std::iota(indices.begin(), indices.end(), size_t{0});
  return indices;
}

Suppressions::Suppressions(const Profile& profile, std::span<const Allowance> allowances,
                           std::chrono::year_month_day today)
    : covered_(profile.sites.size(), false) {
  for (const Allowance& allowance : allowances) {
    if (allowance.expires && *allowance.expires < today) {
      expired_.push_back(fmt::format("{}: [[allow]] of {} expired on {} and no longer counts", allowance.source,
                                     subject(allowance), date_text(*allowance.expires)));
      continue;
    }
    const std::vector<bool> through = stacks_through(profile, allowance.stack);
    bool found = false;
    uint64_t allocations = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < profile.sites.size(); ++i) {
      const Site& site = profile.sites[i];
      if (!through[site.stack] || !in_scope(allowance, profile, site)) continue;
      found = true;
      covered_[i] = true;
      allocations += site.allocations;
      bytes += site.bytes;
    }
    if (!found) {
      useless_.push_back(
          fmt::format("{}: [[allow]] of {} matches no allocation; remove it", allowance.source, subject(allowance)));
      continue;
    }
    used_.push_back(fmt::format("{}: {}: {} allocations ({}) allowed: {}", allowance.source, subject(allowance),
                                format_count(allocations), format_size(bytes), allowance.reason));
  }
}

Rational Suppressions::rest_per_call(const Profile& profile, const Operation& operation, const MetricInfo& metric,
                                     const StatisticInfo& statistic) const {
  const Distribution& distribution = operation.*metric.per_call;
  const Rational whole = distribution.*statistic.of_distribution;
  if (!metric.share_is_exact) return whole;
  uint64_t all = 0;
  uint64_t allowed = 0;
  for (const size_t index : operation.sites) {
    const uint64_t share = profile.sites[index].*metric.share;
    all += share;
    if (covers(index)) allowed += share;
  }
  // Sites that account for anything else than exactly what the operation counted cannot be subtracted from it.
  if (allowed == 0 || all != distribution.total) return whole;
  const uint64_t rest = distribution.total - allowed;
  if (statistic.statistic == Statistic::kMean) {
    const bool mean_is_total_by_count = distribution.mean == Rational{distribution.total, operation.count};
    return mean_is_total_by_count ? Rational{rest, operation.count} : whole;
  }
  // No call's value grew, so the statistic did not; and no call can have more than all calls together.
  return std::min(whole, Rational{rest, 1});
}

uint64_t Suppressions::rest_of_total(const Profile& profile, const MetricInfo& metric) const {
  const uint64_t whole = profile.totals.*metric.total;
  if (!metric.share_is_exact) return whole;
  uint64_t allowed = 0;
  for (size_t i = 0; i < profile.sites.size(); ++i) {
    if (covers(i)) allowed += profile.sites[i].*metric.share;
  }
  return allowed <= whole ? whole - allowed : whole;
}

std::vector<size_t> Suppressions::by_share(const Profile& profile, std::span<const size_t> sites,
                                           uint64_t Site::*share) const {
  std::vector<size_t> ordered;
  for (const size_t index : sites) {
    if (!covers(index) && profile.sites[index].*share > 0) ordered.push_back(index);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](size_t a, size_t b) { return profile.sites[a].*share > profile.sites[b].*share; });
  return ordered;
}

}  // namespace mallocop::report
