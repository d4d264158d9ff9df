#include "report/trace/site_table.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {

SiteNumber SiteTable::add(const trace::WindowSite& site, StackNumber stack, uint32_t operation) {
  if (stack == kToolStackNumber) return kToolSite;
  const uint64_t key = (uint64_t{operation} << 32) | stack;
  const auto [place, added] = numbers_.try_emplace(key, static_cast<SiteNumber>(sites_.size()));
  if (added) {
    SiteCounts fresh;
    fresh.stack = stack;
    fresh.operation = operation;
    sites_.push_back(fresh);
  }
  SiteCounts& counts = sites_[place->second];
  counts.smallest = counts.allocations == 0 ? site.smallest : std::min(counts.smallest, site.smallest);
  counts.largest = std::max(counts.largest, site.largest);
  saturating_add_to(counts.allocations, site.allocations);
  saturating_add_to(counts.bytes, site.bytes);
  saturating_add_to(counts.temporary, site.temporary);
  saturating_add_to(counts.reallocations, site.reallocations);
  return place->second;
}

}  // namespace mallocop::report
