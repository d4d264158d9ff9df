// The command line as a whole: which command, its help, and what a mistake in it says.
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>
#include <vector>

#include "report/commands/commands.h"

namespace mallocop::report {

// `arguments` without the program's name. Returns the exit status; throws Error (kUsage) for what cannot be parsed.
// Help and version go to standard output.
int run_command_line(std::vector<std::string> arguments);

// Every command, in the order of the help.
std::span<const Command> commands();

// Declares every command and option on `parser`. Parsing a line with it puts its command's action into `chosen`, which
// looks at `words`; both outlive the parser.
void declare_command_line(CLI::App& parser, const std::vector<std::string>& words, Action& chosen);

}  // namespace mallocop::report
