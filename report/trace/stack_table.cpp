#include "report/trace/stack_table.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace mallocop::report {
namespace {

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

}  // namespace

size_t StackTable::NodeHash::operator()(const Node& node) const {
  const uint64_t rest = (uint64_t{node.flags} << 1) | (node.truncated ? 1U : 0U);
  return static_cast<size_t>(mix(mix(mix(0, node.frame), node.parent), rest));
}

size_t StackTable::FrameHash::operator()(const RawFrame& frame) const {
  const uint64_t module = frame.module ? *frame.module + 1 : 0;
  return static_cast<size_t>(mix(mix(0, frame.address), (module << 1) | (frame.exact_address ? 1U : 0U)));
}

StackTable::StackTable(std::span<const StackNodeEntry> nodes, std::span<const ModuleEntry> modules) {
  add_modules(modules);
  // In order of id a parent always comes before its children. Of an id that is there twice the first counts.
  std::vector<const StackNodeEntry*> order;
  order.reserve(nodes.size());
  for (const StackNodeEntry& entry : nodes) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  Numbers numbers;
  for (const StackNodeEntry* entry : order) {
    if (ids_.empty() || ids_.back() != entry->id) add_node(*entry, numbers);
  }
}

void StackTable::add_modules(std::span<const ModuleEntry> modules) {
  std::map<std::tuple<std::string, std::vector<uint8_t>, uint64_t>, uint32_t> numbers;
  for (const ModuleEntry& module : modules) {
    const auto next = static_cast<uint32_t>(modules_.size());
    const auto [place, added] = numbers.try_emplace({module.path, module.build_id, module.bias}, next);
    if (added) modules_.push_back({module.path, module.build_id, module.bias, module.begin, module.end});
    module_numbers_.try_emplace(module.index, place->second);
  }
}

FrameIndex StackTable::frame_of(const trace::StackNode& node, Numbers& numbers) {
  RawFrame frame;
  frame.address = node.address;
  frame.exact_address = (node.flags & trace::kNodeExactAddress) != 0;
  if (const auto module = module_numbers_.find(node.module); module != module_numbers_.end()) {
    frame.module = module->second;
  }
  const auto [place, added] = numbers.frames.try_emplace(frame, static_cast<FrameIndex>(frames_.size()));
  if (added) frames_.push_back(frame);
  return place->second;
}

void StackTable::add_node(const StackNodeEntry& entry, Numbers& numbers) {
  Node node;
  node.frame = frame_of(entry.node, numbers);
  node.flags = entry.node.flags;
  node.truncated = (entry.node.flags & trace::kNodeTruncated) != 0;
  if (entry.node.parent != trace::kNoParent) {
    node.parent = number_of(entry.node.parent);
    node.truncated |= node.parent < kFirst || truncated(node.parent);  // the parent's own record may be missing
  }
  const auto next = static_cast<StackNumber>(kFirst + nodes_.size());
  const auto [place, added] = numbers.nodes.try_emplace(node, next);
  if (added) nodes_.push_back(node);
  ids_.push_back(entry.id);
  id_numbers_.push_back(place->second);
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

bool StackTable::truncated(StackNumber stack) const { return stack < kFirst || nodes_[stack - kFirst].truncated; }

RawStack StackTable::frames_of(StackNumber stack, size_t limit) const {
  const auto parent_of = [this](StackNumber number) { return nodes_[number - kFirst].parent; };
  size_t depth = 0;
  StackNumber outside = stack;  // the first that is left out; of a whole stack none
  for (; outside >= kFirst && depth < limit; outside = parent_of(outside)) ++depth;
  RawStack result;
  result.truncated = outside >= kFirst || truncated(stack);
  result.frames.reserve(depth);  // there are many stacks, so they take no more than they need
  for (; stack != outside; stack = parent_of(stack)) result.frames.push_back(nodes_[stack - kFirst].frame);
  return result;
}

}  // namespace mallocop::report
