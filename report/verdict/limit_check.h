// Limits (of a budget file or --limit) and forbidden functions against a Profile.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/model/profile.h"
#include "report/support/pattern.h"
#include "report/verdict/budget.h"
#include "report/verdict/suppressions.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// The operations that `pattern` names and that have measured calls. Where there are none, says so in verdict.invalid
// as "SOURCE: ..."; ones without calls beside others that have some are a note.
std::vector<size_t> measured_operations(const Profile& profile, const std::string& pattern, const std::string& source,
                                        Verdict& verdict);

// Compares every limit with every operation it names, exactly and inclusively. `sections` are operations that have to
// be there although nothing of theirs may be limited.
void check_limits(const Profile& profile, std::span<const OperationSection> sections, std::span<const Limit> limits,
                  const Suppressions& suppressions, Verdict& verdict);

// No allocation may pass through a function that `pattern` names.
void check_forbidden(const Profile& profile, const std::string& pattern, const Suppressions& suppressions,
                     Verdict& verdict);

// "the trace has 'a', 'b' and 3 more", nearest to `pattern` first; for messages.
std::string operations_there(const Profile& profile, const std::string& pattern);

}  // namespace mallocop::report
