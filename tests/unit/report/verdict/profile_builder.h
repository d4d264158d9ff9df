// Profiles for tests, with exact numbers: operations with sites that account for all their allocations.
#pragma once

#include <string>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report::test {

// A site of an operation: `allocations` of `size` bytes each, through `functions` (innermost first).
struct SiteSpec {
  std::vector<std::string> functions;
  uint64_t allocations = 0;
  uint64_t size = 0;
  uint64_t leaked = 0;  // of the allocations
};

class ProfileBuilder {
 public:
  // `count` measured calls. Statistics other than the mean: min 0, p50 = p99 = max = `max_allocations`.
  ProfileBuilder& operation(const std::string& name, uint64_t count, uint64_t max_allocations,
                            const std::vector<SiteSpec>& sites);

  // Outside of all operations.
  ProfileBuilder& outside(const SiteSpec& spec);

  Profile& edit() { return profile_; }
  const Profile& get() const { return profile_; }

 private:
  size_t add(const SiteSpec& spec);

  Profile profile_;
};

}  // namespace mallocop::report::test
