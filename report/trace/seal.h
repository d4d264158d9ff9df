// Finishing the trace of a process that could not finish it itself.
//
// A process that leaves through `_exit`, or while threads of its still run, leaves its last events in the companion.
// Whoever waited for it knows that it is gone and that it was not killed: sealing appends those events to the trace,
// with an end record that says so, and removes the companion. The trace is then one file, and whole.
#pragma once

#include <string>

namespace mallocop::report {

// True if the trace at `path` was sealed. False if there is nothing to do (it has all its events) or nothing that can
// be done (it is cut or damaged, or its companion is): then it is left as it is, and load_trace() says what is wrong.
// Only for a process that is gone. Throws Error (kError) if the trace cannot be written.
bool seal_trace(const std::string& path);

// The kernel's name of the process when its trace began (/proc/PID/comm); empty if the trace does not say.
std::string command_name_of(const std::string& path);

}  // namespace mallocop::report
