// The ledger: how far a measurement can be trusted, in sentences for a person.
//
// A reason makes the measurement invalid; a note does not.
#pragma once

#include "report/model/profile.h"
#include "report/trace/load_profile.h"
#include "report/trace/recovery.h"
#include "report/trace/replay.h"
#include "report/trace/trace_contents.h"

namespace mallocop::report {

// What reading came to, as the ledger needs it.
struct LedgerInput {
  const TraceContents& contents;
  const Recovery& recovery;
  const ReplayResult& replay;
  uint64_t unreadable_windows = 0;  // windows whose payload could not be decoded
  uint64_t orphan_calls = 0;        // parts of calls without their beginning
};

// Fills valid, reasons, notes, finished, events_lost and ambiguous_frees of `measurement`; appends, removes nothing.
void write_ledger(const LedgerInput& input, Measurement& measurement);

}  // namespace mallocop::report
