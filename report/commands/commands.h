// The commands: one file and one row of kCommands each.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

namespace mallocop::report {

// A command declares its options on `parser` and gives what to do once they are parsed: the result is the exit status.
// `words` is what stood after `--`; it is filled before the action runs. Actions throw Error.
using Action = std::function<int()>;

// Whether the rest of the line after `--` belongs to a command of the user's.
enum class Words { kNone, kOptional, kRequired };

struct Command {
  const char* name;
  const char* description;
  Words words;
  Action (*declare)(CLI::App& parser, const std::vector<std::string>& words);
};

Action declare_run(CLI::App& parser, const std::vector<std::string>& words);
Action declare_report(CLI::App& parser, const std::vector<std::string>& words);
Action declare_check(CLI::App& parser, const std::vector<std::string>& words);
Action declare_diff(CLI::App& parser, const std::vector<std::string>& words);
Action declare_baseline(CLI::App& parser, const std::vector<std::string>& words);
Action declare_export(CLI::App& parser, const std::vector<std::string>& words);
Action declare_init(CLI::App& parser, const std::vector<std::string>& words);
Action declare_self_test(CLI::App& parser, const std::vector<std::string>& words);

}  // namespace mallocop::report
