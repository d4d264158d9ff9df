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
  const uint64_t rest = (uint64_t{node.module} << 17) | (uint64_t{node.flags} << 1) | (node.truncated ? 1U : 0U);
  return static_cast<size_t>(mix(mix(mix(0, node.address), node.parent), rest));
}

StackTable::StackTable(std::span<const StackNodeEntry> nodes, std::span<const ModuleEntry> modules) {
  add_modules(modules);
  // In order of id a parent always comes before its children. Of an id that is there twice the first counts.
  std::vector<const StackNodeEntry*> order;
  order.reserve(nodes.size());
  for (const StackNodeEntry& entry : nodes) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  std::unordered_map<Node, StackNumber, NodeHash> numbers;
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

void StackTable::add_node(const StackNodeEntry& entry, std::unordered_map<Node, StackNumber, NodeHash>& numbers) {
  Node node;
  node.address = entry.node.address;
  node.flags = entry.node.flags;
  node.truncated = (entry.node.flags & trace::kNodeTruncated) != 0;
  if (const auto module = module_numbers_.find(entry.node.module); module != module_numbers_.end()) {
    node.module = module->second;
  }
  if (entry.node.parent != trace::kNoParent) {
    node.parent = number_of(entry.node.parent);
    node.truncated |= node.parent < kFirst || truncated(node.parent);  // the parent's own record may be missing
  }
  const auto next = static_cast<StackNumber>(kFirst + nodes_.size());
  const auto [place, added] = numbers.try_emplace(node, next);
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
  RawStack result;
  result.truncated = truncated(stack);
  while (stack >= kFirst) {
    if (result.frames.size() == limit) {
      result.truncated = true;
      break;
    }
    const Node& node = nodes_[stack - kFirst];
    RawFrame frame;
    frame.address = node.address;
    if (node.module != kNoModuleNumber) frame.module = node.module;
    frame.exact_address = (node.flags & trace::kNodeExactAddress) != 0;
    result.frames.push_back(frame);
    stack = node.parent;
  }
  return result;
}

}  // namespace mallocop::report
