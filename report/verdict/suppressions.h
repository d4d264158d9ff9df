// [[allow]] entries laid over a Profile: which sites they cover, what is left without those, and which entries are of
// no use. Never lets something pass that might be over its limit: where the exact rest is not known, an upper bound of
// it stands in (docs/budgets.md, "Suppressions").
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/model/profile.h"
#include "report/verdict/budget.h"
#include "report/verdict/metrics.h"

namespace mallocop::report {

class Suppressions {
 public:
  // Covers nothing.
  Suppressions() = default;

  // `today` decides which entries are past their date.
  Suppressions(const Profile& profile, std::span<const Allowance> allowances, std::chrono::year_month_day today);

  bool covers(size_t site) const { return site < covered_.size() && covered_[site]; }

  // What the statistic is without the covered sites, or an upper bound of it. A mean keeps its denominator.
  Rational rest_per_call(const Profile& profile, const Operation& operation, const MetricInfo& metric,
                         const StatisticInfo& statistic) const;
  uint64_t rest_of_total(const Profile& profile, const MetricInfo& metric) const;

  // The sites, those that are covered and those with no share left out, with the largest share first.
  std::vector<size_t> by_share(const Profile& profile, std::span<const size_t> sites, uint64_t Site::*share) const;

  const std::vector<std::string>& used() const { return used_; }        // what was allowed, and why
  const std::vector<std::string>& expired() const { return expired_; }  // entries that no longer count
  const std::vector<std::string>& useless() const { return useless_; }  // entries that match nothing

 private:
  std::vector<bool> covered_;  // parallel to Profile::sites
  std::vector<std::string> used_;
  std::vector<std::string> expired_;
  std::vector<std::string> useless_;
};

// Indices 0 … count - 1: all of a Profile's sites.
std::vector<size_t> all_indices(size_t count);

}  // namespace mallocop::report
