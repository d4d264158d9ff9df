#include "trace/function_frames.h"

namespace mallocop::trace {
namespace {

uint16_t bounded(uint32_t frames) { return static_cast<uint16_t>(std::min(frames, Event::kUnknownAround - 1)); }

}  // namespace

// A stack has a smaller id than those inside it, so the way outwards ends in a damaged file too.
uint32_t FunctionFrames::frames_from(OperationId operation, const Entry& inner, StackId stack) const {
  uint32_t frames = 0;
  bool is_called = inner.takes_over == 0;  // what the stack's innermost node calls has a frame of its own
  for (StackId at = inner.outer; at != kNoParent && at < stack;) {
    const Entry& outer = entry(at);
    if ((is_called || outer.called == kOutside) && outer.frame.operation == operation) return frames + outer.frame.same;
    if (is_called && outer.called == operation) ++frames;
    if (outer.own == operation) ++frames;
    is_called = outer.takes_over == 0;
    stack = at;
    at = outer.outer;
  }
  return frames;
}

uint32_t FunctionFrames::around(OperationId operation, StackId caller) const {
  const Entry& at = entry(caller);
  return bounded(frames_from(operation, at, caller) + (at.own == operation ? 1U : 0U));
}

void FunctionFrames::note(StackId id, StackId parent, FunctionNode node) {
  Entry& made = chunks_[id / kNodesPerChunk][id % kNodesPerChunk];
  const Entry& below = entry(parent);
  made = {};
  made.frame = below.frame;
  made.own = static_cast<uint16_t>(node.own);
  made.called = static_cast<uint16_t>(node.called);
  made.takes_over = node.own != kOutside && below.called != kOutside;
  made.outer = below.own != kOutside || below.called != kOutside ? parent : below.outer;
  if (node.own != kOutside)
    made.frame = {made.own, bounded(made.frame.depth + (made.takes_over == 0 ? 1U : 0U)),
                  bounded(frames_from(node.own, made, id) + 1)};
  if (node.called != kOutside)
    made.frame = {made.called, bounded(made.frame.depth + 1U),
                  bounded(frames_from(node.called, made, id) + (node.own == node.called ? 2U : 1U))};
}

}  // namespace mallocop::trace
