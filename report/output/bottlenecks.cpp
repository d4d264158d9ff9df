// See bottlenecks.h.
#include "report/output/bottlenecks.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "report/output/place.h"

namespace mallocop::report {

std::vector<Bottleneck> group_sites(const Profile& profile, std::span<const size_t> sites) {
  // What is not known (no name, no line) is told apart by its address.
  using Key = std::tuple<std::optional<size_t>, std::string_view, std::string_view, uint32_t, uint64_t, Pattern,
                         std::string_view>;
  std::map<Key, size_t> known;
  // Most sites of a group have the very frame of one that was there before: then no text need be compared.
  using Quick = std::tuple<const Frame*, std::optional<size_t>, Pattern>;
  std::map<Quick, std::pair<std::string_view, size_t>> last;  // cause and group of the latest site
  std::vector<Bottleneck> groups;
  for (const size_t index : sites) {
    const Site& site = profile.sites[index];
    static const Frame kUnknown;
    const Frame* found = frame_of(profile, site);
    const Frame& frame = found ? *found : kUnknown;
    auto& [cause, place] = last[{&frame, site.operation, site.pattern}];
    if (cause.data() == nullptr || cause != site.cause) {
      const uint64_t address = frame.function.empty() ? frame.address : 0;
      const Key key(site.operation, frame.function, frame.file, frame.line, address, site.pattern, site.cause);
      const auto [entry, is_new] = known.try_emplace(key, groups.size());
      if (is_new) groups.push_back({.sites = {}, .operation = site.operation});
      cause = site.cause;
      place = entry->second;
    }
    Bottleneck& group = groups[place];
    group.sites.push_back(index);
    group.allocations += site.allocations;
    group.bytes += site.bytes;
    group.measured_allocations += site.measured_allocations();
    group.measured_bytes += site.measured_bytes();
    group.leaked_allocations += site.leaked_allocations;
    group.leaked_bytes += site.leaked_bytes;
    group.ranked += site.counted(profile.ranking);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Bottleneck& a, const Bottleneck& b) {
    if (a.operation.has_value() != b.operation.has_value()) return a.operation.has_value();
    return a.allocations > b.allocations;
  });
  return groups;
}

std::vector<Bottleneck> all_bottlenecks(const Profile& profile) {
  std::vector<size_t> sites(profile.sites.size());
  std::iota(sites.begin(), sites.end(), size_t{0});
  const bool of_process = is_of_process(profile.ranking);
  std::erase_if(sites, [&](size_t index) {
    const Site& site = profile.sites[index];
    return site.counted(profile.ranking) == 0 || (!of_process && site.measured_allocations() == 0);
  });
  std::vector<Bottleneck> groups = group_sites(profile, sites);
  std::stable_sort(groups.begin(), groups.end(), [&](const Bottleneck& a, const Bottleneck& b) {
    if (!of_process && a.operation.has_value() != b.operation.has_value()) return a.operation.has_value();
    return a.ranked > b.ranked;
  });
  return groups;
}

}  // namespace mallocop::report
