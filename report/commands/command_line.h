// The command line as a whole: which command, its help, and what a mistake in it says.
#pragma once

#include <string>
#include <vector>

namespace mallocop::report {

// `arguments` without the program's name. Returns the exit status; throws Error (kUsage) for what cannot be parsed.
// Help and version go to standard output.
int run_command_line(std::vector<std::string> arguments);

}  // namespace mallocop::report
