// See operation_filter.h.
#include "report/output/operation_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "report/support/error.h"
#include "report/support/pattern.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewNames = 10;

[[noreturn]] void matches_nothing(const Profile& profile, const std::string& pattern) {
  if (profile.operations.empty()) {
    throw Error(ExitStatus::kUsage, fmt::format("--op '{}': {} has no operations; mark them in the source, see "
                                                "mallocop/mallocop.h",
                                                pattern, profile.trace_path));
  }
  std::string names;
  for (size_t i = 0; i < profile.operations.size() && i < kFewNames; ++i) {
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", profile.operations[i].name);
  }
  if (profile.operations.size() > kFewNames) names += ", ...";
  throw Error(ExitStatus::kUsage,
              fmt::format("--op '{}': {} has no such operation; it has {}", pattern, profile.trace_path, names));
}

}  // namespace

void keep_operations(Profile& profile, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return;
  std::vector<bool> kept(profile.operations.size());
  for (const std::string& pattern : patterns) {
    bool matched = false;
    for (size_t i = 0; i < kept.size(); ++i) {
      if (!glob_matches(pattern, profile.operations[i].name)) continue;
      kept[i] = true;
      matched = true;
    }
    if (!matched) matches_nothing(profile, pattern);
  }

  std::vector<size_t> new_operation(kept.size());
  std::vector<Operation> operations;
  for (size_t i = 0; i < kept.size(); ++i) {
    new_operation[i] = operations.size();
    if (kept[i]) operations.push_back(std::move(profile.operations[i]));
  }
  profile.memory = {};  // it is that of the whole process, and so are its sites
  std::vector<std::optional<size_t>> new_site(profile.sites.size());
  std::vector<Site> sites;
  for (size_t i = 0; i < profile.sites.size(); ++i) {
    Site& site = profile.sites[i];
    if (!site.operation || !kept[*site.operation]) continue;
    new_site[i] = sites.size();
    site.operation = new_operation[*site.operation];
    sites.push_back(site);
  }
  for (Operation& operation : operations) {
    std::vector<size_t> moved;
    for (const size_t site : operation.sites) {
      if (new_site[site]) moved.push_back(*new_site[site]);
    }
    operation.sites = std::move(moved);
  }
  profile.operations = std::move(operations);
  profile.sites = std::move(sites);
}

}  // namespace mallocop::report
