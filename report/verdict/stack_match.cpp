#include "report/verdict/stack_match.h"

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
  const auto own = [&](const StackNode& node) {
    for (FrameIndex frame = node.first; frame < node.first + node.count; ++frame) {
      if (matching[frame]) return true;
    }
    return false;
  };
  // A node passes through what its caller does.
  std::vector<bool> nodes(profile.nodes.size());
  for (size_t index = 0; index < nodes.size(); ++index) {
    const StackNode& node = profile.nodes[index];
    nodes[index] = (node.parent != kNoNode && nodes[node.parent]) || own(node);
  }
  const auto passes = [&](const Stack& stack) {
    if (stack.node == kNoNode || !nodes[stack.node] || stack.depth == Stack::kWhole) {
      return stack.node != kNoNode && nodes[stack.node];
    }
    NodeIndex node = stack.node;
    for (uint32_t depth = 0; depth < stack.depth && node != kNoNode; ++depth, node = profile.nodes[node].parent) {
      if (own(profile.nodes[node])) return true;
    }
    return false;
  };
  std::vector<bool> through;
  through.reserve(profile.stacks.size());
  for (const Stack& stack : profile.stacks) through.push_back(passes(stack));
  return through;
}

}  // namespace mallocop::report
