// Live memory over time, as a Profile has it: with its sites, its seconds, and the end as it has been settled.
#pragma once

#include <cstdint>
#include <span>

#include "report/model/profile.h"
#include "report/trace/replay.h"

namespace mallocop::report {

// What is known of a process when its trace has been replayed.
struct ReplayedProcess {
  const ReplayResult& replay;
  uint64_t start_ticks = 0;
  double seconds_per_tick = 0;          // 0: not known
  std::span<const size_t> site_places;  // by SiteNumber: indices into Profile::sites
};

// Makes Profile::memory of a timeline with SiteNumbers. Sites and duration of the profile are there already.
MemoryTimeline memory_view(MemoryTimeline timeline, const ReplayedProcess& process, const Profile& profile);

}  // namespace mallocop::report
