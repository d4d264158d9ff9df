// Live memory over time, as massif shows it: how many requested bytes are live when, and whose they are.
//
// Time comes from windows alone: within one it is estimated from the place of a block among those that the window
// lists. With one thread the order, and so every level, is exact; with several, blocks of windows that overlap are put
// in order by estimated time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mallocop::report {

// The end of one of a number of equal spans of time.
struct MemoryPoint {
  double time_s = 0;             // since the shim's start
  uint64_t allocated_bytes = 0;  // requested so far, whatever became of it
  uint64_t live_bytes = 0;
  uint64_t live_blocks = 0;
  uint64_t most_bytes = 0;  // highest level since the point before
};

struct LiveSite {
  size_t site = 0;  // index into Profile::sites
  uint64_t blocks = 0;
  uint64_t bytes = 0;
};

// Whose the live bytes of a point are: they sum up to it.
struct MemorySnapshot {
  size_t point = 0;             // index into MemoryTimeline::points
  std::vector<LiveSite> sites;  // most bytes first
};

struct MemoryTimeline {
  std::vector<MemoryPoint> points;  // in order of time, kMostPoints at most; the last is the end of the process
  // kMostSnapshots at most, none if they were not asked for; the last is the end: what leaked.
  std::vector<MemorySnapshot> snapshots;

  // The moment of Totals::peak_bytes. Site::peak_bytes says whose they are.
  double peak_time_s = 0;
  uint64_t peak_blocks = 0;
  // Of the peak, in blocks that came and went within one window and are none of those that it lists: whose they were is
  // not known.
  uint64_t peak_short_lived_bytes = 0;
  // The truth lies between; equal to the peak unless windows of several threads overlap.
  uint64_t peak_at_least = 0;
  uint64_t peak_at_most = 0;

  static constexpr size_t kMostPoints = 512;
  static constexpr size_t kMostSnapshots = 64;
};

}  // namespace mallocop::report
