#include "report/comparison/side.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace mallocop::report {
namespace {

std::map<std::string, AllocatingPlace> places_of(const Profile& profile) {
  std::map<std::string, AllocatingPlace> places;
  for (const Site& site : profile.sites) {  // most allocations first
    const auto [place, added] = places.try_emplace(site_function(profile, site));
    if (!added) continue;
    const Frame* const frame = site.location ? profile.frames_of(site).at(*site.location) : nullptr;
    if (frame != nullptr) place->second = {frame->file, frame->line, ""};
    if (site.cause != "unknown") place->second.cause = site.cause;
  }
  return places;
}

}  // namespace

Side side_of(const Profile& profile, const std::string& name) {
  Side side{name, true, make_baseline(profile, name, SIZE_MAX), places_of(profile), {}};
  std::vector<size_t> outside;
  for (size_t index = 0; index < profile.sites.size(); ++index) {
    if (!profile.sites[index].operation) outside.push_back(index);
  }
  side.measured.sites = baseline_sites(profile, outside, SIZE_MAX);
  for (const Operation& operation : profile.operations) {
    if (operation.latency) side.median_ns[operation.name] = operation.latency->p50_ns;
    if (operation.harness_time) side.median_ns[operation.name] = operation.harness_time->real_ns;
  }
  return side;
}

Side side_of(Baseline baseline) {
  std::string name = baseline.name;
  return {std::move(name), false, std::move(baseline), {}, {}};
}

}  // namespace mallocop::report
