// Runs the command to be measured with the shim preloaded, and waits for it.
//
// The command is left as it would be without mallocop: its standard streams, its signal mask and its dispositions of
// signals are the caller's. While it runs, keys that interrupt reach it and not us, and a signal that asks us to end
// is handed on to it.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace mallocop::report {

struct Launch {
  std::string path;                                                   // what to execute
  std::vector<std::string> arguments;                                 // argv, the first as the user wrote it
  std::string library;                                                // absolute path of the shim
  std::string trace_pattern;                                          // absolute; %p and %e are replaced
  std::vector<std::pair<std::string, std::string>> environment = {};  // of the command, besides what it has
  std::string plan = {};  // absolute path of a file (trace/plan.h) for the shim; empty: none
};

struct Ended {
  pid_t process = 0;
  int status = 0;            // as a shell says it: the exit status, or 128 + the signal that killed it
  bool killed = false;       // by a signal
  std::string command_name;  // the kernel's name of the process at its end
  std::string trace;         // absolute path of the trace that the shim was told to write
};

// Throws Error (kError) with the reason if the command could not be started.
Ended launch(const Launch& plan);

}  // namespace mallocop::report
