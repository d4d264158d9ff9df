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

// The stack says how many frames the function has. An entry closed those of its operation that had returned by then, so
// those that are open and have no frame have returned since: they are the innermost.
//
// Where entries of the operation are missing, the frame may be one that other functions took over by jumps: then the
// last of these that was entered is meant, which is as far in as there are frames of any function. Or an entry was not
// seen (a coroutine that nobody announced, too many open at once): then it is the innermost of the operation.
uint32_t OpenCalls::owner_below_function(FunctionFrame frame) const {
  uint32_t of_operation = functions_of(frame.operation);
  uint32_t depth = 0;
  for (uint32_t place = function_; place != kNone; place = around(place)) ++depth;
  const bool all_seen = of_operation >= frame.same;
  uint32_t place = function_;
  if (all_seen || depth < frame.depth) {
    for (; place != kNone; place = around(place))
      if (s_.live[place].call.operation == frame.operation && (!all_seen || of_operation-- == frame.same)) break;
  } else {
    for (; depth > frame.depth; --depth) place = around(place);
  }
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

uint32_t OpenCalls::functions_of(OperationId operation) const {
  uint32_t count = 0;
  for (uint32_t place = function_; place != kNone; place = around(place))
    count += s_.live[place].call.operation == operation;
  return count;
}

void OpenCalls::close_around(uint32_t inner, uint32_t place) {
  if (inner != kNone) s_.live[inner].call.parent = static_cast<uint16_t>(around(place));
  close(place);
}

void OpenCalls::close(uint32_t place) {
  s_.live[place].call.serial = 0;
  if (place == mark_) mark_ = around(place);
  if (place == function_) function_ = around(place);
  next_ = std::min(next_, place);
}

}  // namespace mallocop::trace
