// Completion for fish: one line for each command, option and kind of argument.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "report/completion/shells.h"

namespace mallocop::report {
namespace {

// `__mallocop_at PATH`: the line is inside that command and not yet behind `--`.
constexpr std::string_view kFunctions = R"(
function __mallocop_path
    set -l tokens (commandline -opc)
    set -l path
    for token in $tokens[2..-1]
        if test "$token" = --
            return 1
        end
        if contains -- (string join ' ' -- $path $token) $__mallocop_commands
            set -a path $token
        end
    end
    echo "$path"
end

function __mallocop_at
    set -l path (__mallocop_path); or return 1
    test "$path" = "$argv[1]"
end

# Behind the -- of a command that takes another one.
function __mallocop_in_words
    set -l tokens (commandline -opc)
    contains -- -- $tokens; and contains -- "$tokens[2]" $__mallocop_with_words
end

function __mallocop_words
    set -l tokens (commandline -opc)
    set -l begin (math (contains -i -- -- $tokens) + 1)
    set -l line (string escape -- $tokens[$begin..-1])
    complete -C (string join ' ' -- $line (commandline -ct))
end

function __mallocop_baselines
    for file in .mallocop/baselines/*.json
        string replace -r '.*/(.*)\.json$' '$1' -- $file
    end
end

complete -c mallocop -f
complete -c mallocop -n __mallocop_in_words -x -a '(__mallocop_words)'
)";

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + "'";
}

std::string value_text(const Value& value) {
  switch (value.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kAny:
      return " -x";
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kBaseline:
      return " -x -a '(__mallocop_baselines)'";
    case ValueKind::kChoice:
      return fmt::format(" -x -a {}", in_quotes(fmt::format("{}", fmt::join(value.choices, " "))));
  }
  return "";
}

std::string argument_text(const Value& argument) {
  if (argument.kind == ValueKind::kNone || argument.kind == ValueKind::kAny) return "";
  // -r and -x are about an option's value
  if (argument.kind == ValueKind::kFile) return " -F";
  return value_text(argument).substr(std::string_view(" -x").size());
}

}  // namespace

std::string fish_completion(const CommandNode& root) {
  std::string commands;
  std::string with_words;
  std::string rows;
  for (const CommandNode* node : all_nodes(root)) {
    const std::string start =
        fmt::format("complete -c mallocop -n {}", in_quotes("__mallocop_at " + in_quotes(node->path)));
    for (const CommandNode& command : node->commands) {
      commands += ' ' + in_quotes(command.path);
      rows += fmt::format("{} -a {} -d {}\n", start, command.name, in_quotes(command.description));
    }
    if (node->takes_words) with_words += ' ' + in_quotes(node->path);
    for (const OptionNode& option : node->options) {
      std::string names;
      for (const std::string& name : option.names) {
        names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      rows += fmt::format("{}{}{} -d {}\n", start, names, value_text(option.value), in_quotes(option.description));
    }
    const std::string argument = argument_text(node->argument);
    if (!argument.empty()) rows += start + argument + '\n';
  }
  return fmt::format(
      "# Completion of mallocop for fish, made from its parser when it was built.\n\n"
      "set -g __mallocop_commands{}\nset -g __mallocop_with_words{}\n{}{}",
      commands, with_words, kFunctions, rows);
}

}  // namespace mallocop::report
