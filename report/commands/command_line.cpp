// See command_line.h. What stands after `--` is taken away before the parser sees the line: no word of the user's
// command can be mistaken for an option.
#include "report/commands/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "report/commands/commands.h"
#include "report/commands/self_test.h"
#include "report/output/sink.h"
#include "report/support/error.h"
#include "report/support/nearest.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

constexpr std::array<Command, 8> kCommands = {{
    {"run", "Run a command, report what it allocates, and check it if a budget, limit or baseline is named",
     Words::kRequired, declare_run},
    {"report", "Show what traces hold", Words::kNone, declare_report},
    {"check", "Check traces against a budget, limits or a baseline", Words::kNone, declare_check},
    {"diff", "Show what changed between two traces or baselines", Words::kNone, declare_diff},
    {"export", "Write what a trace holds in the format of another program", Words::kNone, declare_export},
    {"baseline", "List, show and remove baselines", Words::kNone, declare_baseline},
    {"init", "Write a first budget file with what a run did as its limits", Words::kOptional, declare_init},
    {"self-test", "Prove that interposition works on this machine", Words::kNone, declare_self_test},
}};

constexpr const char* kDescription =
    "Counts what every operation of a program allocates, names who does it, and fails the build when a hot path goes "
    "over its budget.";
constexpr const char* kExitStatus =
    "Exit status:\n"
    "  0  measured whole, within every budget      4  --strict: better than the baseline\n"
    "  1  an error of mallocop's own               5  the baseline does not exist\n"
    "  2  usage                                    6  the measurement is not valid\n"
    "  3  over budget, or worse than the baseline  a command's own failure is passed through";

// `Usage: mallocop run [OPTIONS] -- COMMAND [ARG]...`
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string usage = CLI::Formatter::make_usage(app, std::move(name));
    for (const Command& command : kCommands) {
      if (command.words == Words::kNone || app->get_name() != command.name) continue;
      usage.erase(usage.find_last_not_of('\n') + 1);
      usage += command.words == Words::kRequired ? " -- COMMAND [ARG]...\n" : " | -- COMMAND [ARG]...\n";
    }
    return usage;
  }
};

void require_known_command(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return;
  if (arguments[0].starts_with('-')) {
    constexpr std::array<std::string_view, 3> kOptions = {"-h", "--help", "--version"};
    if (std::find(kOptions.begin(), kOptions.end(), arguments[0]) != kOptions.end()) return;
    throw Error(
        ExitStatus::kUsage,
        fmt::format("'{}' is no option of mallocop; the command goes first (see mallocop --help)", arguments[0]));
  }
  std::vector<std::string_view> names;
  names.reserve(std::size(kCommands));
  for (const Command& command : kCommands) names.push_back(command.name);
  if (std::find(names.begin(), names.end(), arguments[0]) != names.end()) return;
  throw Error(ExitStatus::kUsage, unknown_word("command", arguments[0], names));
}

// Takes what stands after `--` out of the arguments of a command that wants it.
std::vector<std::string> take_words(std::vector<std::string>& arguments) {
  const auto command = std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& one) {
    return one.words != Words::kNone && !arguments.empty() && arguments[0] == one.name;
  });
  if (command == kCommands.end()) return {};
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> words;
  if (separator != arguments.end()) words.assign(separator + 1, arguments.end());
  const bool help = std::any_of(arguments.begin(), separator,
                                [](const std::string& argument) { return argument == "--help" || argument == "-h"; });
  arguments.erase(separator, arguments.end());
  if (words.empty() && !help && command->words == Words::kRequired) {
    throw Error(ExitStatus::kUsage,
                fmt::format("{0}: no command; write it after --, as in: mallocop {0} -- ./bench", command->name));
  }
  return words;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

void declare_command_line(CLI::App& parser, const std::vector<std::string>& words, Action& chosen) {
  parser.description(kDescription);
  parser.name("mallocop");
  parser.formatter(std::make_shared<HelpFormatter>());
  parser.footer(kExitStatus);
  parser.set_version_flag("--version", "mallocop " + std::string(tool_version()));
  parser.require_subcommand(1);
  for (const Command& command : kCommands) {
    CLI::App* sub = parser.add_subcommand(command.name, command.description);
    Action action = command.declare(*sub, words);
    sub->callback([&chosen, action] { chosen = action; });
  }
}

int run_command_line(std::vector<std::string> arguments) {
  CLI::App parser;
  std::vector<std::string> words;
  Action chosen;
  declare_command_line(parser, words, chosen);
  if (arguments.size() == 2 && arguments[0] == kSelfTestProgram) return run_self_test_program(arguments[1]);

  require_known_command(arguments);
  words = take_words(arguments);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    parser.parse(reversed);
  } catch (const CLI::CallForVersion&) {
    write_stream(STDOUT_FILENO, parser.version() + '\n', "standard output");
    return 0;
  } catch (const CLI::Success&) {
    write_stream(STDOUT_FILENO, parser.help(), "standard output");
    return 0;
  } catch (const CLI::ParseError& error) {
    throw Error(ExitStatus::kUsage, std::string(error.what()) + " (see mallocop --help)");
  }
  return chosen();
}

}  // namespace mallocop::report
