// `--op PATTERN`: a report about some operations only.
#pragma once

#include <string>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

// Leaves the operations that a pattern matches, and the sites inside them; totals and ledger stay those of the whole
// process. No patterns: all stays. Throws Error (kUsage) for a pattern that matches nothing, with what there is.
void keep_operations(Profile& profile, const std::vector<std::string>& patterns);

}  // namespace mallocop::report
