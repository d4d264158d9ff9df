// Who made the difference: the functions that allocate in a Profile, beside those that a baseline remembers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "report/model/profile.h"
#include "report/verdict/baseline.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// One side's functions: what they sum up to is divided by `calls`, which is 1 for a whole process.
struct BaselineSide {
  std::span<const BaselineSite> sites;
  uint64_t calls = 1;
  uint64_t total = 0;  // of the metric; more than the sites have if some are not kept
};

// For Metric::kAllocs and kBytes; empty for others, and for bytes if the baseline does not have those of its sites.
// `sites` are indices into Profile::sites in the order of their share. New functions come first, then those that grew
// most, those that shrank and those that are gone; those that did not change are left out.
std::vector<SiteChange> site_changes(const Profile& profile, std::span<const size_t> sites, uint64_t calls,
                                     const BaselineSide& before, Metric metric);

}  // namespace mallocop::report
