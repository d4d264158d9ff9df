// What a bottleneck costs, in a line.
#pragma once

#include <string>

#include "report/output/bottlenecks.h"

namespace mallocop::report {

// "40,000 allocations, 1.2 MiB, 43 % of parse: 5.488 per call, in some calls (3 stacks)".
std::string bottleneck_impact(const Profile& profile, const Bottleneck& group);

}  // namespace mallocop::report
