#include "report/verdict/stack_match.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mallocop::report {

std::vector<bool> stacks_through(const Profile& profile, const FunctionPattern& pattern) {
  std::unordered_map<std::string_view, bool> known;
  const auto matches = [&](const Frame& frame) {
    const auto [entry, added] = known.try_emplace(frame.function, false);
    if (added) entry->second = pattern.matches(frame.function);
    return entry->second;
  };
  std::vector<bool> through;
  through.reserve(profile.stacks.size());
  for (const Stack& stack : profile.stacks) {
    through.push_back(std::any_of(stack.frames.begin(), stack.frames.end(), matches));
  }
  return through;
}

}  // namespace mallocop::report
