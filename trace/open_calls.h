// Which calls are open in a thread while its events are folded.
//
// Calls of marks and calls of functions are two chains, each from the innermost outwards, and each coroutine has its
// own two. A mark's call ends when an event says so. A function's ends when its frame is gone, by whatever way. Its
// next entry says so, by how many calls are still around it. So does that of another function, if it has a stack
// pointer at or above; else a call that returned may stay open for longer, which takes nothing from others: whose an
// allocation is goes by the operation's own calls. And the stack of an allocation may show it (alone()).
//
// Each open call has a place of its own, the lowest that is free. It keeps it over windows, so the parts of a call can
// be joined by it.
#pragma once

#include <cstdint>

#include "trace/fold_scratch.h"
#include "trace/function_frames.h"

namespace mallocop::trace {

class OpenCalls {
 public:
  static constexpr uint32_t kNone = kNoPlace;

  // Takes up the calls that were open before the window. Damaged ones are left out or lose their parents.
  OpenCalls(const FoldState& state, FoldScratch& scratch);
  // Leaves those that are open now for the next window.
  void save(FoldState& state);

  // The running coroutine's innermost call of either kind, and the call around one; kNone: there is none.
  uint32_t mark() const { return mark_; }
  uint32_t function() const { return function_; }
  uint32_t around(uint32_t place) const { return s_.live[place].call.parent; }
  // The running coroutine's call of the mark with this token.
  uint32_t mark_with(uint32_t token) const;

  // The call that an allocation belongs to whose stack has these frames: the innermost of the function, or the mark's
  // if that began later. kNone: outside of all, or the entry was not seen.
  uint32_t owner(FunctionFrame frame) const {
    return frame.operation == kOutside ? mark_ : owner_below_function(frame);
  }

  // The outermost call of the function, if it stands alone on a stack that proves all calls around it to have returned:
  // the stack has one function's frame, and the outermost call is of another. Else kNone.
  uint32_t alone(FunctionFrame frame) const;
  // The calls around it are gone: whoever calls this closes them.
  void cut_off(uint32_t place) { s_.live[place].call.parent = kNoPlace; }

  // The place that the next call gets; kNone: too many are open.
  uint32_t next_place() const { return next_; }
  uint32_t open_mark(OperationId operation, uint32_t token, uint64_t ticks);
  uint32_t open_function(OperationId operation, uint64_t stack_pointer);
  // How many calls of the operation's functions the running coroutine has.
  uint32_t functions_of(OperationId operation) const;
  void close(uint32_t place);
  // The call right around `inner`, or the innermost if that is kNone.
  void close_around(uint32_t inner, uint32_t place);
  void switch_to(uint64_t coroutine);

  // Places below it may hold calls; those from it on are free.
  uint32_t places() const { return s_.live_places; }
  bool is_open(uint32_t place) const { return s_.live[place].call.serial != 0; }

 private:
  uint32_t owner_below_function(FunctionFrame frame) const;
  uint32_t open(const OpenCall& call);
  uint32_t innermost(bool mark) const;
  void drop_false_parents();

  FoldScratch& s_;
  uint64_t coroutine_;
  uint32_t serial_;
  uint32_t mark_ = kNone;
  uint32_t function_ = kNone;
  uint32_t next_ = 0;
};

}  // namespace mallocop::trace
