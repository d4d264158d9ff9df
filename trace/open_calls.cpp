#include "trace/open_calls.h"

#include <algorithm>

namespace mallocop::trace {

OpenCalls::OpenCalls(const FoldState& state, FoldScratch& scratch)
    : s_(scratch), coroutine_(state.coroutine), serial_(state.serial) {
  for (uint32_t place = 0; place < s_.live_places; ++place) s_.live[place].call.serial = 0;
  s_.live_places = 0;
  for (uint32_t index = 0; index < std::min<uint32_t>(state.depth, kMaxOpenCalls); ++index) {
    const OpenCall& call = state.open[index];
    if (call.serial == 0 || call.place >= kMaxOpenCalls) continue;
    for (; s_.live_places <= call.place; ++s_.live_places) s_.live[s_.live_places].call.serial = 0;
    LiveCall& live = s_.live[call.place];
    live = LiveCall{};
    live.call = call;
    live.entries = kNoRow;
  }
  drop_false_parents();
  while (next_ < s_.live_places && is_open(next_)) ++next_;
  mark_ = innermost(true);
  function_ = innermost(false);
}

// A parent began before its child: so no walk along parents can loop, whatever the state says.
void OpenCalls::drop_false_parents() {
  for (uint32_t place = 0; place < s_.live_places; ++place) {
    OpenCall& call = s_.live[place].call;
    if (call.parent >= s_.live_places) {
      call.parent = kNoPlace;
      continue;
    }
    const OpenCall& parent = s_.live[call.parent].call;
    if (parent.serial == 0 || parent.serial >= call.serial || parent.is_mark() != call.is_mark() ||
        parent.coroutine != call.coroutine)
      call.parent = kNoPlace;
  }
}

void OpenCalls::save(FoldState& state) {
  state.depth = 0;
  state.serial = serial_;
  state.coroutine = coroutine_;
  for (uint32_t place = 0; place < s_.live_places; ++place)
    if (is_open(place)) state.open[state.depth++] = s_.live[place].call;
}

uint32_t OpenCalls::innermost(bool mark) const {
  uint32_t latest = kNone;
  uint32_t serial = 0;
  for (uint32_t place = 0; place < s_.live_places; ++place) {
    const OpenCall& call = s_.live[place].call;
    if (call.serial <= serial || call.coroutine != coroutine_ || call.is_mark() != mark) continue;
    serial = call.serial;
    latest = place;
  }
  return latest;
}

void OpenCalls::switch_to(uint64_t coroutine) {
  if (coroutine == coroutine_) return;
  coroutine_ = coroutine;
  mark_ = innermost(true);
  function_ = innermost(false);
}

uint32_t OpenCalls::mark_with(uint32_t token) const {
  uint32_t place = mark_;
  while (place != kNone && s_.live[place].call.token != token) place = around(place);
  return place;
}

uint32_t OpenCalls::depth_of(uint32_t place) const {
  uint32_t depth = 0;
  for (; place != kNone; place = around(place)) ++depth;
  return depth;
}

// The stack says how many functions' frames there are. Entries in excess are of calls that have returned since. Mostly
// those are the innermost, and the one at that depth is meant: of functions that left one frame to each other by jumps,
// it is the last that was entered. If that one is of another function and one further in is not, calls around it have
// returned, or one was entered uncertainly (UncertainEntryRecord) and is open without a frame on the stack: then the
// next further in is meant, so that the figures of an operation whose own entries are certain hold. Where entries are
// missing (a coroutine that nobody announced, too many open at once) it is the innermost of the operation.
uint32_t OpenCalls::owner_below_function(FunctionFrame frame) const {
  uint32_t place = function_;
  uint32_t depth = place == kNone ? 0 : depth_of(place);
  uint32_t of_operation = kNone;
  while (depth > frame.depth) {
    if (s_.live[place].call.operation == frame.operation) of_operation = place;
    place = around(place);
    --depth;
  }
  if (of_operation != kNone && (place == kNone || s_.live[place].call.operation != frame.operation))
    place = of_operation;
  if (depth != frame.depth)
    for (place = function_; place != kNone && s_.live[place].call.operation != frame.operation;) place = around(place);
  if (mark_ == kNone) return place;
  if (place == kNone) return kNone;
  return s_.live[mark_].call.serial > s_.live[place].call.serial ? mark_ : place;
}

uint32_t OpenCalls::alone(FunctionFrame frame) const {
  if (frame.depth != 1) return kNone;
  uint32_t found = kNone;
  uint32_t outermost = kNone;
  for (uint32_t place = function_; place != kNone; place = around(place)) {
    outermost = place;
    if (s_.live[place].call.operation == frame.operation) found = place;
  }
  return found == outermost ? kNone : found;
}

uint32_t OpenCalls::open(const OpenCall& call) {
  const uint32_t place = next_;
  LiveCall& live = s_.live[place];
  live = LiveCall{};
  live.call = call;
  live.call.coroutine = coroutine_;
  if (++serial_ == 0) serial_ = 1;
  live.call.serial = serial_;
  live.call.place = static_cast<uint16_t>(place);
  live.entries = kNoRow;
  live.begins = true;
  s_.live_places = std::max(s_.live_places, place + 1);
  do ++next_;
  while (next_ < s_.live_places && is_open(next_));
  return place;
}

uint32_t OpenCalls::open_mark(OperationId operation, uint32_t token, uint64_t ticks) {
  const uint32_t parent = mark_;
  return mark_ = open({operation, token, ticks, 0, 0, 0, static_cast<uint16_t>(parent)});
}

uint32_t OpenCalls::open_function(OperationId operation, uint64_t stack_pointer) {
  const uint32_t parent = function_;
  return function_ = open({operation, 0, stack_pointer, 0, 0, 0, static_cast<uint16_t>(parent)});
}

void OpenCalls::close(uint32_t place) {
  s_.live[place].call.serial = 0;
  if (place == mark_) mark_ = around(place);
  if (place == function_) function_ = around(place);
  next_ = std::min(next_, place);
}

}  // namespace mallocop::trace
