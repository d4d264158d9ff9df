// Batches of Google Benchmark: functions that stand in for four of benchmark::State's.
//
// A batch is what a thread runs between the return of StartKeepRunning() and FinishKeepRunning(). Each is a call of an
// operation of its own; which benchmark it was is found out by the reporter.
#pragma once

#include <cstdint>

#include "trace/plan.h"

namespace mallocop::preload {

// A thread's batch. All zeros: none is open.
struct Batch {
  const void* state;  // the benchmark::State
  uint64_t call;
  uint64_t pause;  // the call that pauses it; 0: it is not paused
  uint64_t begin_ticks;
  uintptr_t caller;
};

// The function that stands in; null if the action needs none.
const void* stand_in_for(trace::PlanAction action);

// Where it finds the function that it stands in for. Before it is called first.
void set_original(trace::PlanAction action, const void* original);

}  // namespace mallocop::preload
