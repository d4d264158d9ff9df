#include "report/verdict/stack_match.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mallocop::report {

std::vector<bool> frames_matching(const Profile& profile, const FunctionPattern& pattern) {
  std::unordered_map<std::string_view, bool> known;
  std::vector<bool> matching;
  matching.reserve(profile.frames.size());
  for (const Frame& frame : profile.frames) {
    const auto [entry, added] = known.try_emplace(frame.function, false);
    if (added) entry->second = pattern.matches(frame.function);
    matching.push_back(entry->second);
  }
  return matching;
}

std::vector<bool> stacks_through(const Profile& profile, const FunctionPattern& pattern) {
  const std::vector<bool> matching = frames_matching(profile, pattern);
  std::vector<bool> through;
  through.reserve(profile.stacks.size());
  for (const Stack& stack : profile.stacks) {
    through.push_back(
        std::any_of(stack.frames.begin(), stack.frames.end(), [&](FrameIndex frame) { return matching[frame]; }));
  }
  return through;
}

}  // namespace mallocop::report
