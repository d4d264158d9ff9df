#include "report/trace/memory_view.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

void sort_by_bytes(std::vector<LiveSite>& sites) {
  std::sort(sites.begin(), sites.end(),
            [](const LiveSite& a, const LiveSite& b) { return std::tie(b.bytes, a.site) < std::tie(a.bytes, b.site); });
}

std::vector<LiveSite> leaked_sites(const Profile& profile) {
  std::vector<LiveSite> sites;
  for (size_t index = 0; index < profile.sites.size(); ++index) {
    const Site& site = profile.sites[index];
    if (site.leaked_allocations > 0) sites.push_back({index, site.leaked_allocations, site.leaked_bytes});
  }
  sort_by_bytes(sites);
  return sites;
}

// What is live at the end is known better than at any moment before.
void end_with_leaks(MemoryTimeline& memory, const Profile& profile) {
  MemoryPoint& end = memory.points.back();
  end.time_s = std::min(end.time_s, profile.duration_s);
  end.live_bytes = profile.totals.leaked_bytes;
  end.live_blocks = profile.totals.leaked_allocations;
  end.most_bytes = std::max(end.most_bytes, end.live_bytes);
  if (!memory.snapshots.empty()) memory.snapshots.back().sites = leaked_sites(profile);
}

}  // namespace

MemoryTimeline memory_view(MemoryTimeline timeline, const ReplayedProcess& process, const Profile& profile) {
  for (MemorySnapshot& snapshot : timeline.snapshots) {
    for (LiveSite& live : snapshot.sites) live.site = process.site_places[live.site];
    sort_by_bytes(snapshot.sites);
  }
  const ReplayResult& replay = process.replay;
  timeline.peak_time_s =
      static_cast<double>(saturating_subtract(replay.peak_ticks, process.start_ticks)) * process.seconds_per_tick;
  for (const SiteBlocks& site : replay.sites) saturating_add_to(timeline.peak_blocks, site.peak.blocks);
  timeline.peak_short_lived_bytes = replay.peak_short_lived_bytes;
  timeline.peak_at_least = replay.peak_bounds.at_least;
  timeline.peak_at_most = replay.peak_bounds.at_most;
  if (!timeline.points.empty()) end_with_leaks(timeline, profile);
  return timeline;
}

}  // namespace mallocop::report
