// Live memory over time, for an HTML page.
#include <algorithm>

#include "report/output/html_parts.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostLiveSites = 100;  // of one moment; there are many moments

Json snapshot(const MemorySnapshot& moment, const PageSites& sites) {
  Json list = Json::array();
  for (size_t i = 0; i < std::min(moment.sites.size(), kMostLiveSites); ++i) {
    const LiveSite& live = moment.sites[i];
    if (live.site < sites.row_of.size()) list.push_back({sites.row_of[live.site], live.blocks, live.bytes});
  }
  return {{"point", moment.point}, {"all", moment.sites.size()}, {"sites", std::move(list)}};
}

}  // namespace

Json page_memory(const Profile& profile, const PageSites& sites) {
  const MemoryTimeline& memory = profile.memory;
  if (memory.points.empty()) return nullptr;
  Json points = {{"time", Json::array()},
                 {"live_bytes", Json::array()},
                 {"live_blocks", Json::array()},
                 {"most_bytes", Json::array()},
                 {"allocated_bytes", Json::array()}};
  for (const MemoryPoint& point : memory.points) {
    points["time"].push_back(point.time_s);
    points["live_bytes"].push_back(point.live_bytes);
    points["live_blocks"].push_back(point.live_blocks);
    points["most_bytes"].push_back(point.most_bytes);
    points["allocated_bytes"].push_back(point.allocated_bytes);
  }
  Json snapshots = Json::array();
  for (const MemorySnapshot& moment : memory.snapshots) snapshots.push_back(snapshot(moment, sites));
  return {{"points", std::move(points)},
          {"snapshots", std::move(snapshots)},
          {"peak",
           {{"time", memory.peak_time_s},
            {"bytes", profile.totals.peak_bytes},
            {"blocks", memory.peak_blocks},
            {"short_lived_bytes", memory.peak_short_lived_bytes},
            {"at_least", memory.peak_at_least},
            {"at_most", memory.peak_at_most}}}};
}

}  // namespace mallocop::report
