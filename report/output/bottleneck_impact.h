// What a bottleneck costs, in a line.
#pragma once

#include <string>

#include "report/output/bottlenecks.h"

namespace mallocop::report {

// "40,000 allocations, 1.2 MiB, 43 % of parse: 5.488 per call (3 stacks, each in some calls)".
std::string bottleneck_impact(const Profile& profile, const Bottleneck& group);

}  // namespace mallocop::report
