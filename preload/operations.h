// The names of operations: each text once, as a number, written to the trace when it is first used.
#pragma once

#include "preload/thread_state.h"
#include "trace/format.h"

namespace mallocop::preload {

// The id of `name`; kOutside if there is no room. The thread is busy.
trace::OperationId intern_operation(ThreadState& thread, const char* name);

}  // namespace mallocop::preload
