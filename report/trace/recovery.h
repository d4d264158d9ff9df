// What a process that did not end in order left in its companion file (trace/live.h).
//
// The companion was written by a process that may have been stopped anywhere, and it is memory, not a format with
// checksums: every number in it is distrusted. A chunk that is not as it should be ends the walk; a ring with an
// impossible state is left out; either makes the recovery not clean, which the ledger then says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/trace/trace_contents.h"

namespace mallocop::report {

struct Recovery {
  enum class State {
    kMissing,    // there is no companion
    kForeign,    // there is one, of another process or another kind of file
    kRecovered,  // all that it held was added
    kDamaged,    // some of it was
  };
  State state = State::kMissing;
  std::string problem;   // for a person; not empty if the state is kForeign or kDamaged
  uint64_t windows = 0;  // that were folded from rings
  uint64_t events = 0;   // in them
  uint64_t nodes = 0;    // of the stack tree that the trace did not have

  // What the companion says about losses; each is a loss record too once the process ends in order.
  uint64_t events_dropped = 0;
  uint64_t unmatched_call_ends = 0;
  uint64_t calls_too_deep = 0;
  uint64_t trace_cannot_grow = 0;  // errno

  std::vector<std::vector<uint8_t>> payloads;  // of the windows added; they must live as long as the contents
};

// Looks for the companion of the trace at `trace_path`, and adds nodes and windows to `contents` if it belongs to
// `session`. Throws nothing: a companion that cannot be read is kForeign.
Recovery recover(const std::string& trace_path, uint64_t session, TraceContents& contents);

}  // namespace mallocop::report
