#include "report/trace/stack_table.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace mallocop::report {

StackTable::StackTable(std::span<const StackNodeEntry> nodes, std::span<const ModuleEntry> modules) {
  add_modules(modules);
  // In order of id a parent always comes before its children. Of an id that is there twice the first counts.
  const auto by_id = [](const StackNodeEntry& a, const StackNodeEntry& b) { return a.id < b.id; };
  std::vector<StackNodeEntry> sorted;
  if (!std::is_sorted(nodes.begin(), nodes.end(), by_id)) {
    sorted.assign(nodes.begin(), nodes.end());
    std::stable_sort(sorted.begin(), sorted.end(), by_id);
    nodes = sorted;
  }
  nodes_.reserve(nodes.size());
  ids_.reserve(nodes.size());
  id_numbers_.reserve(nodes.size());
  Numbers numbers(nodes.size());
  for (const StackNodeEntry& entry : nodes) {
    if (ids_.empty() || ids_.back() != entry.id) add_node(entry, numbers);
  }
}

void StackTable::add_modules(std::span<const ModuleEntry> modules) {
  std::map<std::tuple<std::string, std::vector<uint8_t>, uint64_t>, uint32_t> numbers;
  for (const ModuleEntry& module : modules) {
    const auto next = static_cast<uint32_t>(modules_.size());
    const auto [place, added] = numbers.try_emplace({module.path, module.build_id, module.bias}, next);
    if (added) modules_.push_back({module.path, module.build_id, module.bias, module.begin, module.end});
    if (module_numbers_.size() <= module.index) module_numbers_.resize(module.index + size_t{1});
    if (!module_numbers_[module.index]) module_numbers_[module.index] = place->second;
  }
}

FrameIndex StackTable::frame_of(const trace::StackNode& node, Numbers& numbers) {
  RawFrame frame;
  frame.address = node.address;
  frame.exact_address = (node.flags & trace::kNodeExactAddress) != 0;
  if (node.module < module_numbers_.size()) frame.module = module_numbers_[node.module];
  const auto next = static_cast<FrameIndex>(frames_.size());
  const uint64_t key = std::min(frame.address, FlatMap<FrameIndex>::kNoKey - 1);
  const auto [first, added] = numbers.frames.insert(key);
  if (!added) {
    FrameIndex known = *first;
    for (;; known = numbers.same_address[known]) {
      if (frames_[known] == frame) return known;
      if (numbers.same_address[known] == kNoFrame) break;
    }
    numbers.same_address[known] = next;
  } else {
    *first = next;
  }
  frames_.push_back(frame);
  numbers.same_address.push_back(kNoFrame);
  return next;
}

void StackTable::add_node(const StackNodeEntry& entry, Numbers& numbers) {
  Node node;
  node.frame = frame_of(entry.node, numbers);
  node.cut = node.truncated = (entry.node.flags & trace::kNodeTruncated) != 0;
  if (entry.node.parent != trace::kNoParent) {
    node.parent = number_of(entry.node.parent);
    node.depth += depth(node.parent);
    node.truncated |= node.parent < kFirst || truncated(node.parent);  // the parent's own record may be missing
  }
  // Nodes of one frame and one parent are the same stack: a parent's number stands for all that is outside.
  StackNumber& number = numbers.nodes.place_of(node.parent, node.frame, [&](StackNumber other) {
    const Node& known = nodes_[other - kFirst];
    return known.parent == node.parent && known.frame == node.frame && known.cut == node.cut;
  });
  if (number == kNoStackNumber) {
    number = static_cast<StackNumber>(kFirst + nodes_.size());
    nodes_.push_back(node);
  }
  ids_.push_back(entry.id);
  id_numbers_.push_back(number);
}

StackNumber StackTable::number_of(trace::StackId id) const {
  if (id == trace::kToolStack) return kToolStackNumber;
  if (id < trace::kFirstStack) return kNoStackNumber;
  // Ids have no gaps in a whole trace, so the first look is nearly always the last.
  const size_t guess = id - trace::kFirstStack;
  if (guess < ids_.size() && ids_[guess] == id) return id_numbers_[guess];
  const auto place = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (place == ids_.end() || *place != id) return kNoStackNumber;
  return id_numbers_[static_cast<size_t>(place - ids_.begin())];
}

void StackTable::forget_ids() {
  std::vector<trace::StackId>().swap(ids_);
  std::vector<StackNumber>().swap(id_numbers_);
}

bool StackTable::truncated(StackNumber stack) const { return stack < kFirst || nodes_[stack - kFirst].truncated; }

Stack StackTable::stack_of(StackNumber stack, uint32_t limit) const {
  const bool deep = depth(stack) > limit;
  return {stack < kFirst ? kNoNode : stack - kFirst, deep ? limit : Stack::kWhole, deep || truncated(stack)};
}

std::pair<std::vector<StackNode>, std::vector<FrameIndex>> StackTable::take_tree() {
  std::vector<StackNode> nodes(nodes_.size());
  std::vector<FrameIndex> frames(nodes_.size());
  for (size_t index = 0; index < nodes_.size(); ++index) {
    frames[index] = nodes_[index].frame;
    if (nodes_[index].parent >= kFirst) nodes[index].parent = nodes_[index].parent - kFirst;
  }
  std::vector<Node>().swap(nodes_);
  return {std::move(nodes), std::move(frames)};
}

}  // namespace mallocop::report
