// Profiles made by hand: stacks from lists of frames.
#pragma once

#include <cstddef>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

// Adds a stack of these frames (innermost first), which it shares with no other; says where it is in profile.stacks.
inline size_t add_stack(Profile& profile, const std::vector<Frame>& frames, bool truncated = false) {
  Stack stack;
  stack.truncated = truncated;
  for (const Frame& frame : frames) {
    stack.frames.push_back(static_cast<FrameIndex>(profile.frames.size()));
    profile.frames.push_back(frame);
  }
  profile.stacks.push_back(stack);
  return profile.stacks.size() - 1;
}

// The frame at a position of a stack, to be changed; as long as stacks share none, that is a change to this one only.
inline Frame& frame_at(Profile& profile, size_t stack, size_t position) {
  return profile.frames.at(profile.stacks.at(stack).frames.at(position));
}

}  // namespace mallocop::report
