// A first budget file (docs/budgets.md) with what was measured as its limits, for a person to tighten.
#pragma once

#include <string>

#include "report/model/profile.h"

namespace mallocop::report {

// Limits that the same measurement keeps: means are exact, or rounded up where no short number is. An operation whose
// name TOML cannot hold is left out, with a comment.
std::string draft_budget(const Profile& profile);

}  // namespace mallocop::report
