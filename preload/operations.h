// The names of operations: each text once, as a number, written to the trace when it is first used.
#pragma once

#include "preload/thread_state.h"
#include "trace/format.h"

namespace mallocop::preload {

// The id of `name`; kOutside if there is no room. The thread is busy.
trace::OperationId intern_operation(ThreadState& thread, const char* name);

// The same, for those who ask once. Any thread that is busy, or the constructor.
trace::OperationId operation_of(const char* name, trace::OperationSource source);

// The name that operation_of or intern_operation gave the id for.
const char* name_of_operation(trace::OperationId operation);

// An operation of its own, whatever else has the name; nobody finds it by it. kOutside if there is no room.
trace::OperationId add_operation(const char* name, trace::OperationSource source);

}  // namespace mallocop::preload
