// Whether a program can be measured at all, found out before it runs: a run that could only count nothing is refused
// with the reason and with what to do instead.
#pragma once

#include <string>

namespace mallocop::report {

struct Target {
  std::string path;     // what to execute
  std::string program;  // the executable that the kernel loads for it: `path`, or the interpreter of a script
};

// Finds `command` as execvp(3) does: as it is if it has a slash, else in PATH. Throws Error (kError).
std::string resolve_command(const std::string& command);

// Follows `#!` lines to the executable and examines it. Throws Error (kInvalid) if mallocop cannot be preloaded into
// it, Error (kError) if it cannot be read or started.
Target check_target(const std::string& path);

}  // namespace mallocop::report
