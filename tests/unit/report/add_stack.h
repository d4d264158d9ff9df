// Profiles made by hand: stacks from lists of frames.
#pragma once

#include <cstddef>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

// Adds a stack of these of profile.frames (innermost first), with nodes of its own; says where it is in
// profile.stacks.
inline size_t add_stack_of(Profile& profile, const std::vector<FrameIndex>& frames, bool truncated = false) {
  Stack stack;
  stack.truncated = truncated;
  for (size_t position = frames.size(); position-- > 0;) {
    profile.nodes.push_back({frames[position], 1, stack.node});
    stack.node = static_cast<NodeIndex>(profile.nodes.size() - 1);
  }
  profile.stacks.push_back(stack);
  return profile.stacks.size() - 1;
}

// The same of frames that it shares with no other stack.
inline size_t add_stack(Profile& profile, const std::vector<Frame>& frames, bool truncated = false) {
  std::vector<FrameIndex> indices;
  for (const Frame& frame : frames) {
    indices.push_back(static_cast<FrameIndex>(profile.frames.size()));
    profile.frames.push_back(frame);
  }
  return add_stack_of(profile, indices, truncated);
}

// The frames of a stack as indices into profile.frames, innermost first.
inline std::vector<FrameIndex> frames_in(const Profile& profile, size_t stack) {
  std::vector<FrameIndex> indices;
  const StackFrames frames = profile.frames_of(profile.stacks.at(stack));
  for (auto frame = frames.begin(); frame != frames.end(); ++frame) indices.push_back(frame.index());
  return indices;
}

// The frame at a position of a stack, to be changed; as long as stacks share none, that is a change to this one only.
inline Frame& frame_at(Profile& profile, size_t stack, size_t position) {
  return profile.frames.at(frames_in(profile, stack).at(position));
}

}  // namespace mallocop::report
