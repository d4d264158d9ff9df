// One of two measurements that stand side by side: a trace, or a baseline, which remembers less.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "report/model/profile.h"
#include "report/verdict/baseline.h"

namespace mallocop::report {

// Where a function of the user's allocates, and why; of several places, the one with most allocations.
struct AllocatingPlace {
  std::string file;  // "": not known
  uint32_t line = 0;
  std::string cause;  // "": not known
};

struct Side {
  std::string name;  // as the user named it
  bool is_trace = false;
  // A trace has all its sites, those outside of operations in Baseline::sites.
  Baseline measured;
  std::map<std::string, AllocatingPlace> places;  // by function
  std::map<std::string, double> median_ns;        // of the time of one call, by operation; those that were timed
};

Side side_of(const Profile& profile, const std::string& name);
Side side_of(Baseline baseline);

}  // namespace mallocop::report
