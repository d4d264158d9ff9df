#include "report/verdict/site_changes.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace mallocop::report {
namespace {

bool has_bytes(std::span<const BaselineSite> sites) {
  return std::all_of(sites.begin(), sites.end(), [](const BaselineSite& site) { return site.bytes.has_value(); });
}

double growth(const SiteChange& change) { return change.now.to_double() - change.before.to_double(); }

}  // namespace

std::vector<SiteChange> site_changes(const Profile& profile, std::span<const size_t> sites, uint64_t calls,
                                     const BaselineSide& before, Metric metric) {
  const bool bytes = metric == Metric::kBytes;
  if (!bytes && metric != Metric::kAllocs) return {};
  if ((bytes && !has_bytes(before.sites)) || calls == 0 || before.calls == 0) return {};

  std::map<std::string, SiteChange> changes;
  uint64_t listed = 0;
  for (const BaselineSite& site : before.sites) {
    const uint64_t amount = bytes ? *site.bytes : site.allocations;
    listed += amount;
    SiteChange& change = changes[site.function];
    change.kind = SiteChange::Kind::kGone;
    change.before = {change.before.num + amount, before.calls};
  }
  const bool all_listed = listed >= before.total;
  for (const size_t index : sites) {
    const Site& site = profile.sites[index];
    const auto [entry, absent] = changes.try_emplace(site_function(profile, site));
    SiteChange& change = entry->second;
    if (absent) change.kind = all_listed ? SiteChange::Kind::kNew : SiteChange::Kind::kUnlisted;
    change.now = {change.now.num + (bytes ? site.measured_bytes() : site.measured_allocations()), calls};
    change.sites.push_back(index);
  }
  std::vector<SiteChange> result;
  for (auto& [function, change] : changes) {
    if (change.now == change.before) continue;
    if (change.kind == SiteChange::Kind::kGone && !change.sites.empty()) {
      change.kind = change.now > change.before ? SiteChange::Kind::kMore : SiteChange::Kind::kLess;
    }
    change.function = function;
    result.push_back(std::move(change));
  }
  std::stable_sort(result.begin(), result.end(), [](const SiteChange& a, const SiteChange& b) {
    return std::tuple(a.kind, -growth(a)) < std::tuple(b.kind, -growth(b));
  });
  return result;
}

}  // namespace mallocop::report
