// Sites put together as a person would count them: many stacks that lead to one line for one reason are one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

struct Bottleneck {
  std::vector<size_t> sites;        // indices into Profile::sites, in the order given; the first stands for all
  std::optional<size_t> operation;  // none: outside of all
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t measured_allocations = 0;  // of them, in measured calls (see Site)
  uint64_t measured_bytes = 0;
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
  uint64_t ranked = 0;  // what Profile::ranking counts
};

// Groups `sites` by operation, place, pattern and cause. Those inside operations come first, then by allocations.
std::vector<Bottleneck> group_sites(const Profile& profile, std::span<const size_t> sites);

// What is left to cure, in the order of Profile::ranking: all sites of the profile but those that have none of what it
// counts, which is what measured calls allocate, unless it is about the process.
std::vector<Bottleneck> all_bottlenecks(const Profile& profile);

}  // namespace mallocop::report
