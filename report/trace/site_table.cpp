#include "report/trace/site_table.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {

SiteNumber SiteTable::add(const trace::WindowSite& site, StackNumber stack, uint32_t operation) {
  if (stack == kToolStackNumber) return kToolSite;
  SiteNumber& number = number_of(stack, operation);
  if (number == 0) {
    SiteCounts fresh;
    fresh.stack = stack;
    fresh.operation = operation;
    sites_.push_back(fresh);
    number = static_cast<SiteNumber>(sites_.size());
  }
  const SiteNumber index = number - 1;
  SiteCounts& counts = sites_[index];
  counts.smallest = counts.allocations == 0 ? site.smallest : std::min(counts.smallest, site.smallest);
  counts.largest = std::max(counts.largest, site.largest);
  saturating_add_to(counts.allocations, site.allocations);
  saturating_add_to(counts.bytes, site.bytes);
  saturating_add_to(counts.temporary, site.temporary);
  saturating_add_to(counts.reallocations, site.reallocations);
  return index;
}

std::vector<SiteCounts> SiteTable::take_sites() {
  std::vector<SiteNumber>().swap(first_);
  return std::move(sites_);
}

SiteNumber& SiteTable::number_of(StackNumber stack, uint32_t operation) {
  if (stack >= first_.size()) first_.resize(std::max(stack + size_t{1}, first_.size() * 2));
  SiteNumber& first = first_[stack];
  if (first == 0 || sites_[first - 1].operation == operation) return first;
  return others_[(uint64_t{operation} << 32) | stack];
}

}  // namespace mallocop::report
