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

// The function that a reader would look for: the user's own, else the innermost one with a name.
std::string function_of(const Profile& profile, const Site& site) {
  const StackFrames frames = profile.frames_of(site);
  const Frame* const location = site.location ? frames.at(*site.location) : nullptr;
  if (location != nullptr && !location->function.empty()) return location->function;
  for (const Frame& frame : frames) {
    if (!frame.function.empty()) return frame.function;
  }
  return "(unknown)";
}

std::vector<BaselineSite> top_sites(const Profile& profile, const Operation& operation) {
  std::map<std::string, uint64_t> by_function;
  for (const size_t index : operation.sites) {
    by_function[function_of(profile, profile.sites[index])] += profile.sites[index].allocations;
  }
  std::vector<BaselineSite> sites;
  sites.reserve(by_function.size());
  for (const auto& [function, allocations] : by_function) sites.push_back({function, allocations});
  std::stable_sort(sites.begin(), sites.end(),
                   [](const BaselineSite& a, const BaselineSite& b) { return a.allocations > b.allocations; });
  if (sites.size() > kBaselineSites) sites.resize(kBaselineSites);
  return sites;
}

std::string how_to_make(const std::string& name) {
  return fmt::format("make it with: mallocop run --save-baseline {} -- COMMAND", name);
}

}  // namespace

Baseline make_baseline(const Profile& profile, const std::string& name) {
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
    kept.sites = top_sites(profile, operation);
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
  if (!fs::exists(path, ignored)) {
    const std::vector<std::string> names = list_baselines(folder);
    const std::string there = names.empty() ? "there are none" : fmt::format("there are: {}", fmt::join(names, ", "));
    throw Error(ExitStatus::kNoBaseline,
                fmt::format("no baseline '{}' in {} ({}); {}", name, folder, there, how_to_make(name)));
  }
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
    return baseline;
  } catch (const std::runtime_error& error) {
    throw Error(ExitStatus::kUsage, fmt::format("'{}' is no baseline that can be read: {}; {}", path.string(),
                                                error.what(), how_to_make(name)));
  }
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
