// Operations that fan out: their calls count what other threads allocate meanwhile, too.
//
// Asked for by name in the plan. What others allocated is the process's total less the thread's own, at the begin and
// at the end of a call; it is exact if the others are quiet at these two moments.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/thread_state.h"
#include "trace/format.h"

namespace mallocop::preload {

// The constructor only. False if there are too many.
bool add_whole_process(trace::OperationId operation);
trace::OperationId whole_process_operation(uint32_t index);  // kOutside: no more

extern uint32_t g_whole_process_count;

bool is_whole_process_slow(trace::OperationId operation);
inline bool is_whole_process(trace::OperationId operation) {
  return g_whole_process_count != 0 && is_whole_process_slow(operation);
}

// A call of such an operation. The thread is ready and not busy.
uint64_t begin_in_whole_process(ThreadState& thread, trace::OperationId operation);
void end_in_whole_process(ThreadState& thread, uint64_t call, uint64_t iterations, uint64_t ticks);

}  // namespace mallocop::preload
