// Why each site allocates, and what to change first.
#pragma once

#include <vector>

#include "report/model/plan.h"
#include "report/model/profile.h"

namespace mallocop::report {

// Fills cause, advice and expected_impact of every site; stacks must be symbolised and sites located. A site that no
// row of the table recognises keeps the cause "unknown".
void explain_sites(Profile& profile);

// The changes that sites with a known cause ask for: sites with the same cause and location are one change. What saves
// most allocations inside operations goes first, what allocates outside of them last.
std::vector<PlanItem> make_plan(const Profile& profile);

}  // namespace mallocop::report
