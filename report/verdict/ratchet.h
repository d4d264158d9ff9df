// --strict: what is better than the baseline has to be kept. The baseline as it should be then, and the patch to it.
#pragma once

#include <span>
#include <string>

#include "report/model/profile.h"
#include "report/verdict/baseline.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// The baseline with every figure that a Violation of kind kBetter is about as it is now. What got worse, and was
// tolerated, stays as it was: a ratchet never gives way.
Baseline ratcheted(const Baseline& baseline, const Profile& profile, std::span<const Violation> violations);

// A unified diff, for `patch -p1` and `git apply` in the working folder, from `before` to `after`, the texts of `file`.
// "" if they are equal.
std::string unified_diff(const std::string& file, const std::string& before, const std::string& after);

}  // namespace mallocop::report
