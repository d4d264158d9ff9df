#include "tests/unit/report/verdict/profile_builder.h"

#include "tests/unit/report/add_stack.h"

namespace mallocop::report::test {

size_t ProfileBuilder::add(const SiteSpec& spec) {
  std::vector<Frame> frames;
  for (const std::string& function : spec.functions) frames.emplace_back().function = function;
  Site site;
  site.stack = add_stack(profile_, frames);
  site.allocations = spec.allocations;
  site.bytes = spec.allocations * spec.size;
  site.leaked_allocations = spec.leaked;
  site.leaked_bytes = spec.leaked * spec.size;
  if (!frames.empty()) site.location = frames.size() - 1;
  profile_.sites.push_back(site);
  profile_.totals.allocations += site.allocations;
  profile_.totals.bytes += site.bytes;
  profile_.totals.leaked_allocations += site.leaked_allocations;
  profile_.totals.leaked_bytes += site.leaked_bytes;
  return profile_.sites.size() - 1;
}

ProfileBuilder& ProfileBuilder::operation(const std::string& name, uint64_t count, uint64_t max_allocations,
                                          const std::vector<SiteSpec>& sites) {
  Operation operation;
  operation.name = name;
  operation.count = count;
  for (const SiteSpec& spec : sites) {
    const size_t index = add(spec);
    profile_.sites[index].operation = profile_.operations.size();
    operation.sites.push_back(index);
    operation.allocations.total += profile_.sites[index].allocations;
    operation.bytes.total += profile_.sites[index].bytes;
  }
  if (count > 0) {
    operation.allocations.mean = {operation.allocations.total, count};
    operation.bytes.mean = {operation.bytes.total, count};
  }
  const Rational most{max_allocations, 1};
  operation.allocations.p50 = operation.allocations.p99 = operation.allocations.max = most;
  profile_.operations.push_back(operation);
  return *this;
}

ProfileBuilder& ProfileBuilder::outside(const SiteSpec& spec) {
  add(spec);
  return *this;
}

}  // namespace mallocop::report::test
