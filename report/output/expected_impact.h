// What a change is expected to take away, in a line.
#pragma once

#include <cstddef>
#include <string>

#include "report/model/plan.h"

namespace mallocop::report {

// "parse: 2 of 3 allocations per op; encode: …; and 5 more operations; outside operations: …", with at most so many
// operations. Empty if nothing is known.
std::string expected_impact(const PlanItem& item, size_t most_operations);

}  // namespace mallocop::report
