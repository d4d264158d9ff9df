// Which frames of a Profile are of a function, and which stacks pass through it.
#pragma once

#include <vector>

#include "report/model/profile.h"
#include "report/support/pattern.h"

namespace mallocop::report {

// For each of profile.frames, whether its function matches. Each distinct name is looked at once.
std::vector<bool> frames_matching(const Profile& profile, const FunctionPattern& pattern);

// For each of profile.stacks, whether a frame of it (inlined ones too) matches.
std::vector<bool> stacks_through(const Profile& profile, const FunctionPattern& pattern);

}  // namespace mallocop::report
