// Reads the budget file (TOML; docs/budgets.md). Strict: what is not understood is an error with its place, because a
// limit that is silently not applied is worse than none.
#pragma once

#include <string>
#include <string_view>

#include "report/verdict/budget.h"

namespace mallocop::report {

// The file that is used when none is named and it exists.
inline constexpr const char* kDefaultBudgetFile = "mallocop.toml";

// `file` is for messages, which are "file:line:column: what is wrong". Throws Error (kUsage).
Budget parse_budget(std::string_view text, const std::string& file);

// The same with the contents of `file`; a file that cannot be read is an Error (kUsage) too.
Budget read_budget(const std::string& file);

}  // namespace mallocop::report
