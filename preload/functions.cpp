#include "preload/functions.h"

#include <algorithm>

#include "preload/arch/x86_64_call.h"
#include "preload/bound_slot.h"
#include "preload/sys.h"
#include "trace/records.h"

namespace mallocop::preload {

bool Functions::add_chunk(size_t index) {
  void* const memory = sys::map_anonymous(trace::kNodesPerChunk * sizeof(trace::FunctionFrames::Entry));
  frames_.set_chunk(index, static_cast<trace::FunctionFrames::Entry*>(memory));
  return memory != nullptr;
}

trace::OperationId Functions::called_from(uintptr_t return_address) const {
  const CallTarget call = call_target(return_address, sys::is_readable);
  const auto begins = [&](const trace::FunctionRange& range) { return range.begin == call.target; };
  const trace::FunctionRange* const end = ranges_ + count_;
  const trace::FunctionRange* const found = std::find_if(ranges_, end, begins);
  if (found == end || (call.slot != 0 && !is_bound_slot(call.slot))) return trace::kOutside;
  return found->operation;
}

trace::OperationId Functions::called_from(const trace::StackNode& node) const {
  if (node.module == trace::kNoModule || (node.flags & trace::kNodeExactAddress) != 0) return trace::kOutside;
  return called_from(node.address);
}

// The reporter cannot read the code any more.
void Functions::say_call_site(uint64_t return_address, trace::OperationId operation) {
  std::atomic<uint64_t>& said = said_[return_address % kSaid];
  if (said.exchange(return_address, std::memory_order_relaxed) == return_address) return;
  uint8_t payload[32];
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_call_site(out, {operation, return_address});
  trace_->append(trace::RecordType::kCallSite, payload, out.size());
}

void Functions::note(trace::StackId id, const trace::StackNode& node) {
  const trace::FunctionNode place{trace::operation_at(trace::code_address(node.address, node.flags), ranges_, count_),
                                  called_from(node)};
  if (place.called != trace::kOutside) say_call_site(node.address, place.called);
  frames_.note(id, node.parent, place);
}

}  // namespace mallocop::preload
