#include "report/trace/site_table.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {

SiteNumber SiteTable::add(const trace::WindowSite& site, StackNumber stack, uint32_t operation) {
  if (stack == kToolStackNumber) return kToolSite;
  const uint64_t key = (uint64_t{operation} << 32) | stack;
  const auto [number, added] = numbers_.insert(key);
  if (added) {
    *number = static_cast<SiteNumber>(sites_.size());
    SiteCounts fresh;
    fresh.stack = stack;
    fresh.operation = operation;
    sites_.push_back(fresh);
  }
  SiteCounts& counts = sites_[*number];
  counts.smallest = counts.allocations == 0 ? site.smallest : std::min(counts.smallest, site.smallest);
  counts.largest = std::max(counts.largest, site.largest);
  saturating_add_to(counts.allocations, site.allocations);
  saturating_add_to(counts.bytes, site.bytes);
  saturating_add_to(counts.temporary, site.temporary);
  saturating_add_to(counts.reallocations, site.reallocations);
  return *number;
}

}  // namespace mallocop::report
