// How much of each site is live now, and how much was at the peak.
//
// The peak rises with nearly every allocation of a program that grows. Nothing is copied then: the peak gets a new
// number, and a site remembers what it had at the peak before it changes for the first time after it.
#pragma once

#include <cstdint>
#include <vector>

#include "report/trace/site_table.h"

namespace mallocop::report {

struct SiteLevel {
  uint64_t blocks = 0;
  uint64_t bytes = 0;
};

class SiteLevels {
 public:
  void gain(SiteNumber site, uint64_t size) {
    SiteLevel& level = level_to_change(site);
    ++level.blocks;
    level.bytes += size;
  }
  // Of a block that was gained.
  void lose(SiteNumber site, uint64_t size) {
    SiteLevel& level = level_to_change(site);
    --level.blocks;
    level.bytes -= size;
  }
  // What is live now is the peak.
  void mark_peak() { ++peak_; }

  SiteLevel at_peak(SiteNumber site) const {
    if (site >= sites_.size()) return {};
    const Entry& entry = sites_[site];
    return entry.peak == peak_ ? entry.at_peak : entry.now;
  }
  size_t size() const { return sites_.size(); }

 private:
  struct Entry {
    SiteLevel now;
    SiteLevel at_peak;
    uint64_t peak = 0;  // number of the peak that `at_peak` is of
  };

  SiteLevel& level_to_change(SiteNumber site) {
    if (site >= sites_.size()) sites_.resize(site + size_t{1});
    Entry& entry = sites_[site];
    if (entry.peak != peak_) {
      entry.at_peak = entry.now;
      entry.peak = peak_;
    }
    return entry.now;
  }

  std::vector<Entry> sites_;
  uint64_t peak_ = 0;
};

}  // namespace mallocop::report
