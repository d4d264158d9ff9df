// A baseline: what a run measured, kept under a name so that a later run can be compared with it. A small JSON file
// (schema "mallocop.baseline/1", docs/budgets.md) that is meant to be committed.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/model/profile.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

struct BaselineValue {
  Rational mean;  // not reduced: its denominator is the number of calls
  Rational max;
};

// What an operation allocates in one function of the user's code.
struct BaselineSite {
  std::string function;
  uint64_t allocations = 0;
  std::optional<uint64_t> bytes;  // requested; none: of a file that does not have them
};

struct BaselineOperation {
  uint64_t count = 0;
  std::map<Metric, BaselineValue> values;  // the metrics that are counted for each call
  std::vector<BaselineSite> sites;         // most allocations first, kBaselineSites at most
};

inline constexpr size_t kBaselineSites = 20;

struct Baseline {
  std::string name;
  std::string file;  // path of the file it was read from; "" if it was not read
  std::string text;  // of that file
  std::string tool_version;
  std::map<std::string, std::string> fingerprint;
  Totals totals;
  std::map<std::string, BaselineOperation> operations;
  std::vector<BaselineSite> sites;  // of the whole process, where there are no operations
};

// What the fingerprint has for the key: "unknown" if nothing.
std::string condition_of(const std::map<std::string, std::string>& fingerprint, std::string_view key);

// The name of the function that stands for a site: the user's own, else the innermost one with a name.
std::string site_function(const Profile& profile, const Site& site);

// What sites did in measured calls, put together by function: those with most allocations first, `most` of them.
std::vector<BaselineSite> baseline_sites(const Profile& profile, std::span<const size_t> sites,
                                         size_t most = kBaselineSites);

// What save_baseline keeps of a Profile; `most_sites` of each operation.
Baseline make_baseline(const Profile& profile, const std::string& name, size_t most_sites = kBaselineSites);

// Writes FOLDER/NAME.json, whole or not at all, and makes the folder. Throws Error: kUsage if the name is not of
// [A-Za-z0-9._-], kInvalid if the measurement is not valid, kError if the file cannot be written.
void save_baseline(const Profile& profile, const std::string& name, const std::string& folder);

// Throws Error: kUsage for a bad name or a damaged file, kNoBaseline if there is none of that name.
Baseline load_baseline(const std::string& name, const std::string& folder);

// Removes FOLDER/NAME.json. Throws Error: kUsage for a bad name, kNoBaseline if there is none of that name, kError if
// it cannot be removed.
void remove_baseline(const std::string& name, const std::string& folder);

// Names, sorted; empty if there is no such folder.
std::vector<std::string> list_baselines(const std::string& folder);

}  // namespace mallocop::report
