// `--op` and `--list-ops` of `mallocop run`: operations that are functions of a program nobody changed.
#pragma once

#include <string>
#include <vector>

#include "report/detour/operation_search.h"
#include "report/model/profile.h"
#include "report/verdict/checks.h"

namespace mallocop::report {

// Before the run. Throws Error (kInvalid) if a pattern means nothing that can be counted, or if a limit of `request` is
// one for an operation that cannot.
OperationPlan plan_operations(const std::string& program, const std::vector<std::string>& patterns,
                              const CheckRequest& request);

// After the run: a measurement without a call of what was asked for is not valid. Adds the plan's notes as well.
void check_entered(const OperationPlan& plan, Profile& profile);

// What the patterns mean in the program, for a person. Throws as OperationSearch::find() does.
std::string list_operations(const std::string& program, const std::vector<std::string>& patterns);

}  // namespace mallocop::report
