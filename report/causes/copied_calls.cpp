#include "report/causes/copied_calls.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/causes/lines.h"

namespace mallocop::report {
namespace {

// Numbers for stacks: those that are the same functions and lines have the same.
class StackLines {
 public:
  explicit StackLines(const Profile& profile) : profile_(profile), nodes_(profile.nodes.size()) {}

  uint64_t number(const Stack& stack) {
    if (stack.node >= nodes_.size()) return 0;
    // A stack that leaves outer frames out is of its own kind.
    return (uint64_t{of_node(stack.node)} << 32) | stack.depth;
  }

 private:
  uint32_t of_node(NodeIndex innermost) {
    // Outwards up to a node that has a number, and back.
    path_.clear();
    for (NodeIndex node = innermost; node != kNoNode && nodes_[node] == 0; node = profile_.nodes[node].parent) {
      path_.push_back(node);
    }
    for (auto node = path_.rbegin(); node != path_.rend(); ++node) {
      const StackNode& here = profile_.nodes[*node];
      uint32_t number = here.parent == kNoNode ? 0 : nodes_[here.parent];
      for (uint32_t frame = here.count; frame-- > 0;) number = step(number, of_frame(here.first + frame));
      nodes_[*node] = number;
    }
    return nodes_[innermost];
  }

  uint32_t step(uint32_t caller, uint32_t frame) {
    const uint64_t key = (uint64_t{caller} << 32) | frame;
    return steps_.try_emplace(key, static_cast<uint32_t>(steps_.size() + 1)).first->second;
  }

  uint32_t of_frame(FrameIndex index) {
    const Frame& frame = profile_.frames[index];
    return static_cast<uint32_t>(2 * lines_.number(&frame) + (frame.inlined ? 1 : 0));
  }

  const Profile& profile_;
  std::vector<uint32_t> nodes_;  // 0: none yet
  std::vector<NodeIndex> path_;
  std::unordered_map<uint64_t, uint32_t> steps_;
  Lines lines_;
};

// The calls that allocate at any of the copies, if a call comes by one alone of those that differ at a place of the
// stack or further out.
class CallsOfCopies {
 public:
  CallsOfCopies(const Profile& profile, const std::vector<size_t>& copies) : profile_(profile) {
    for (const size_t index : copies) {
      const Site& site = profile.sites[index];
      here_.push_back({profile.stacks[site.stack].node, site.calls});
    }
  }

  uint64_t count() const {
    std::unordered_map<NodeIndex, uint64_t> most;
    for (const Here& copy : here_) {
      uint64_t& calls = most[copy.node];
      calls = std::max(calls, copy.calls);
    }
    uint64_t sum = 0;
    for (const auto& [node, calls] : most) sum += calls;
    return sum;
  }
  // To the callers. False: these are the outermost.
  bool step_out() {
    for (Here& copy : here_) {
      if (copy.node == kNoNode) return false;
      copy.node = profile_.nodes[copy.node].parent;
    }
    return true;
  }

 private:
  struct Here {
    NodeIndex node;
    uint64_t calls;
  };
  const Profile& profile_;
  std::vector<Here> here_;
};

void join(Profile& profile, const std::vector<size_t>& copies) {
  const uint64_t all = profile.operations[*profile.sites[copies[0]].operation].count;
  CallsOfCopies calls(profile, copies);
  // A loop that was unrolled inside the call: all of its copies are in one call, and what differs further out tells
  // calls apart.
  while (calls.count() > all && calls.step_out()) continue;
  const uint64_t together = std::min(calls.count(), all);
  for (const size_t index : copies) {
    Site& site = profile.sites[index];
    site.calls_at_lines = std::max(site.calls, together);
    if (together == all && site.calls < all) site.pattern = Pattern::kEveryOp;
  }
}

}  // namespace

void join_copied_calls(Profile& profile) {
  StackLines lines(profile);
  std::map<std::pair<size_t, uint64_t>, std::vector<size_t>> copies;  // by operation and lines
  for (size_t index = 0; index < profile.sites.size(); ++index) {
    Site& site = profile.sites[index];
    site.calls_at_lines = site.calls;
    if (!site.operation || *site.operation >= profile.operations.size() || site.stack >= profile.stacks.size())
      continue;
    copies[{*site.operation, lines.number(profile.stacks[site.stack])}].push_back(index);
  }
  for (const auto& [operation, sites] : copies) {
    if (sites.size() > 1) join(profile, sites);
  }
}

}  // namespace mallocop::report
