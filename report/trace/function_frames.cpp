#include "report/trace/function_frames.h"

#include <algorithm>

namespace mallocop::report {

FunctionFrames::FunctionFrames(const TraceContents& contents) {
  const std::vector<StackNodeEntry>& nodes = contents.nodes;
  for (const trace::CallSiteRecord& site : contents.call_sites)
    call_sites_.emplace(site.return_address, site.operation);
  for (const trace::FunctionRecord& function : contents.functions) {
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
  if (!view_.has_chunk(index)) {
    chunks_.push_back(std::make_unique<trace::FunctionFrames::Entry[]>(trace::kNodesPerChunk));
    view_.set_chunk(index, chunks_.back().get());
  }
  const auto call_site = call_sites_.find(entry.node.address);
  const trace::FunctionNode place{
      trace::operation_at(trace::code_address(entry.node.address, entry.node.flags), ranges_.data(), ranges_.size()),
      call_site == call_sites_.end() ? trace::kOutside : call_site->second};
  view_.note(entry.id, entry.node.parent, place);
}

}  // namespace mallocop::report
