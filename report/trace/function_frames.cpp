#include "report/trace/function_frames.h"

#include <algorithm>

namespace mallocop::report {

FunctionFrames::FunctionFrames(std::span<const trace::FunctionRecord> functions,
                               std::span<const StackNodeEntry> nodes) {
  for (const trace::FunctionRecord& function : functions) {
    if (function.operation <= trace::kMaxFunctionOperations)
      ranges_.push_back({function.begin, function.end, function.operation});
  }
  if (ranges_.empty()) return;
  std::stable_sort(ranges_.begin(), ranges_.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  // A node may have been written after its children, which were made later: parents have smaller ids.
  std::vector<const StackNodeEntry*> order;
  order.reserve(nodes.size());
  for (const StackNodeEntry& entry : nodes) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  for (const StackNodeEntry* entry : order) note(*entry);
}

void FunctionFrames::note(const StackNodeEntry& entry) {
  const size_t index = entry.id / trace::kNodesPerChunk;
  if (index >= trace::kMaxNodeChunks || entry.node.parent >= entry.id) return;
  if (view_.chunks[index] == nullptr) {
    chunks_.push_back(std::make_unique<trace::FunctionFrame[]>(trace::kNodesPerChunk));
    view_.chunks[index] = chunks_.back().get();
  }
  const trace::FunctionFrame parent =
      entry.node.parent == trace::kNoParent ? trace::FunctionFrame{} : view_.of(entry.node.parent);
  view_.chunks[index][entry.id % trace::kNodesPerChunk] =
      trace::frame_below(parent, entry.node.address, entry.node.flags, ranges_.data(), ranges_.size());
}

}  // namespace mallocop::report
