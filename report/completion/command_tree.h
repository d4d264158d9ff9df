// The command line as a shell has to know it: commands, options, and what may stand behind them. Read from the parser
// itself, so that no option is written a second time for completion.
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>
#include <vector>

#include "report/commands/commands.h"

namespace mallocop::report {

enum class ValueKind {
  kNone,      // a flag, or no argument at all
  kAny,       // nobody knows but the user
  kFile,      // a file, a trace or a folder
  kBaseline,  // the name of a baseline below .mallocop/baselines
  kChoice,    // one of `choices`
};

struct Value {
  ValueKind kind = ValueKind::kNone;
  std::string name;                  // as the help calls it
  std::vector<std::string> choices;  // kChoice alone
};

struct OptionNode {
  std::vector<std::string> names;  // with their dashes, the short one first
  std::vector<std::string> excludes;
  std::string description;
  Value value;
  bool repeats = false;
};

struct CommandNode {
  std::string path;  // the words up to here without the program: "", "run", "baseline show"
  std::string name;
  std::string description;
  std::vector<OptionNode> options;
  std::vector<CommandNode> commands;
  Value argument;            // what each of its arguments is
  bool takes_words = false;  // a command of the user's follows `--`
};

CommandNode command_tree(CLI::App& parser, std::span<const Command> commands);

// The node and all below it, each before its own.
std::vector<const CommandNode*> all_nodes(const CommandNode& root);

}  // namespace mallocop::report
