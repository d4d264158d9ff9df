#include "report/verdict/baseline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "report/support/error.h"
#include "report/support/version.h"
#include "report/verdict/baseline_json.h"
#include "report/verdict/metrics.h"
#include "report/verdict/suppressions.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".json";

// A name becomes a file name, so it may lead nowhere else.
bool is_baseline_name(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  constexpr size_t kLongest = 100;
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

fs::path path_of(const std::string& name, const std::string& folder) {
  if (!is_baseline_name(name)) {
    throw Error(ExitStatus::kUsage, fmt::format("'{}' cannot be the name of a baseline: use up to 100 letters, digits, "
                                                "'.', '_' and '-'",
                                                name));
  }
  return fs::path(folder) / (name + std::string(kExtension));
}

std::string how_to_make(const std::string& name) {
  return fmt::format("make it with: mallocop run --save-baseline {} -- COMMAND", name);
}

Error no_such_baseline(const std::string& name, const std::string& folder) {
  const std::vector<std::string> names = list_baselines(folder);
  const std::string there = names.empty() ? "there are none" : fmt::format("there are: {}", fmt::join(names, ", "));
  return {ExitStatus::kNoBaseline,
          fmt::format("no baseline '{}' in {} ({}); {}", name, folder, there, how_to_make(name))};
}

}  // namespace

std::string condition_of(const std::map<std::string, std::string>& fingerprint, std::string_view key) {
  const auto found = fingerprint.find(std::string(key));
  return found == fingerprint.end() ? "unknown" : found->second;
}

std::string site_function(const Profile& profile, const Site& site) {
  const StackFrames frames = profile.frames_of(site);
  const Frame* const location = site.location ? frames.at(*site.location) : nullptr;
  if (location != nullptr && !location->function.empty()) return location->function;
  for (const Frame& frame : frames) {
    if (!frame.function.empty()) return frame.function;
  }
  return "(unknown)";
}

std::vector<BaselineSite> baseline_sites(const Profile& profile, std::span<const size_t> sites, size_t most) {
  std::map<std::string, BaselineSite> by_function;
  for (const size_t index : sites) {
    const Site& site = profile.sites[index];
    BaselineSite& kept = by_function[site_function(profile, site)];
    kept.allocations += site.measured_allocations();
    kept.bytes = kept.bytes.value_or(0) + site.measured_bytes();
  }
  std::vector<BaselineSite> result;
  result.reserve(by_function.size());
  for (auto& [function, site] : by_function) {
    site.function = function;
    result.push_back(std::move(site));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const BaselineSite& a, const BaselineSite& b) { return a.allocations > b.allocations; });
  if (result.size() > most) result.resize(most);
  return result;
}

Baseline make_baseline(const Profile& profile, const std::string& name, size_t most_sites) {
  Baseline baseline;
  baseline.name = name;
  baseline.tool_version = tool_version();
  baseline.fingerprint.insert(profile.fingerprint.begin(), profile.fingerprint.end());
  baseline.totals = profile.totals;
  for (const Operation& operation : profile.operations) {
    BaselineOperation& kept = baseline.operations[operation.name];
    kept.count = operation.count;
    for (const MetricInfo& metric : all_metrics()) {
      if (metric.per_call == nullptr) continue;
      const Distribution& distribution = operation.*metric.per_call;
      kept.values[metric.metric] = {distribution.mean, distribution.max};
    }
    kept.sites = baseline_sites(profile, operation.sites, most_sites);
  }
  if (baseline.operations.empty()) {
    baseline.sites = baseline_sites(profile, all_indices(profile.sites.size()), most_sites);
  }
  return baseline;
}

void save_baseline(const Profile& profile, const std::string& name, const std::string& folder) {
  const fs::path path = path_of(name, folder);
  if (!profile.measurement.valid) {
    throw Error(ExitStatus::kInvalid, fmt::format("baseline '{}' is not saved: the measurement is not valid: {}", name,
                                                  fmt::join(profile.measurement.reasons, "; ")));
  }
  const auto unwritable = [&path](const std::string& why) {
    return Error(ExitStatus::kError, fmt::format("cannot write the baseline '{}': {}", path.string(), why));
  };
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw unwritable(failed.message());
  const fs::path temporary = fs::path(folder) / fmt::format(".{}.{}.tmp", name, ::getpid());
  errno = 0;
  {
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream << baseline_to_json(make_baseline(profile, name));
    stream.close();
    if (!stream) {
      const std::string why = std::strerror(errno);
      fs::remove(temporary, failed);
      throw unwritable(why);
    }
  }
  fs::rename(temporary, path, failed);
  if (failed) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw unwritable(failed.message());
  }
}

Baseline load_baseline(const std::string& name, const std::string& folder) {
  const fs::path path = path_of(name, folder);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw no_such_baseline(name, folder);
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream || stream.bad()) {
    throw Error(ExitStatus::kUsage,
                fmt::format("cannot read the baseline '{}': {}", path.string(), std::strerror(errno)));
  }
  try {
    Baseline baseline = baseline_from_json(text);
    baseline.name = name;
    baseline.file = path.string();
    baseline.text = text;
    return baseline;
  } catch (const std::runtime_error& error) {
    throw Error(ExitStatus::kUsage, fmt::format("'{}' is no baseline that can be read: {}; {}", path.string(),
                                                error.what(), how_to_make(name)));
  }
}

void remove_baseline(const std::string& name, const std::string& folder) {
  const fs::path path = path_of(name, folder);
  std::error_code failed;
  if (fs::remove(path, failed)) return;
  if (!failed) throw no_such_baseline(name, folder);
  throw Error(ExitStatus::kError, fmt::format("cannot remove '{}': {}", path.string(), failed.message()));
}

std::vector<std::string> list_baselines(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    const fs::path& path = entry->path();
    const std::string name = path.stem().string();
    if (path.extension() == kExtension && is_baseline_name(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace mallocop::report
