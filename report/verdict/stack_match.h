// Which stacks of a Profile pass through a function.
#pragma once

#include <vector>

#include "report/model/profile.h"
#include "report/support/pattern.h"

namespace mallocop::report {

// For each of profile.stacks, whether a frame of it (inlined ones too) matches. Each distinct name is looked at once.
std::vector<bool> stacks_through(const Profile& profile, const FunctionPattern& pattern);

}  // namespace mallocop::report
