// Completion for zsh: a function for each command, which hands its options to _arguments.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "report/completion/shells.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kFunctions = R"(
_mallocop_baselines() {
  local -a names=(.mallocop/baselines/*.json(N:t:r))
  (( $#names )) && compadd "$@" -a names
}

# Behind the first -- stands a command of the user's.
_mallocop_words() {
  local at=${words[(i)--]}
  shift $at words
  (( CURRENT -= at ))
  _normal
}
)";

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'') {
      result += "'\\''";
    } else {
      result += letter;
    }
  }
  return result + "'";
}

// A text inside a specification of _arguments or _describe, in which some characters mean something.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == ':' || letter == '[' || letter == ']' || letter == '\\') result += '\\';
    result += letter;
  }
  return result;
}

std::string action(const Value& value) {
  switch (value.kind) {
    case ValueKind::kNone:
    case ValueKind::kAny:
      return " ";
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kBaseline:
      return "_mallocop_baselines";
    case ValueKind::kChoice:
      return fmt::format("({})", fmt::join(value.choices, " "));
  }
  return " ";
}

std::string function_name(const CommandNode& node) {
  std::string name = "_mallocop";
  if (node.path.empty()) return name;
  name += '_' + node.path;
  for (char& letter : name) {
    if (letter == ' ' || letter == '-') letter = '_';
  }
  return name;
}

// One specification for each name of the option. It is not offered again, nor with what it excludes.
std::string option_rows(const OptionNode& option) {
  std::string rows;
  const bool help = option.value.kind == ValueKind::kNone && option.names.back() == "--help";
  for (const std::string& name : option.names) {
    std::string without = help ? "- *" : fmt::format("{}", fmt::join(option.excludes, " "));
    if (!help && !option.repeats && option.names.size() + option.excludes.size() > 1) {
      without = fmt::format("{}{}{}", fmt::join(option.names, " "), without.empty() ? "" : " ", without);
    }
    std::string row = without.empty() ? "" : '(' + without + ')';
    if (option.repeats) row += '*';
    row += name;
    if (option.value.kind != ValueKind::kNone && name.starts_with("--")) row += '=';
    row += fmt::format("[{}]", escaped(option.description));
    if (option.value.kind != ValueKind::kNone) {
      row += fmt::format(":{}:{}", escaped(option.value.name), action(option.value));
    }
    rows += fmt::format("    {} \\\n", in_quotes(row));
  }
  return rows;
}

std::string function(const CommandNode& node) {
  std::string rows;
  for (const OptionNode& option : node.options) rows += option_rows(option);
  const std::string name = function_name(node);
  if (node.commands.empty()) {
    if (node.argument.kind != ValueKind::kNone) {
      rows += fmt::format("    {} \\\n", in_quotes(fmt::format("*:{}:{}", node.argument.name, action(node.argument))));
    }
    rows.erase(rows.size() - 3);
    const std::string_view words =
        node.takes_words ? "  (( ${words[(i)--]} < CURRENT )) && { _mallocop_words; return }\n" : "";
    return fmt::format("\n{}() {{\n{}  _arguments -S \\\n{}\n}}\n", name, words, rows);
  }
  std::string commands;
  std::string calls;
  for (const CommandNode& below : node.commands) {
    commands += fmt::format("        {}\n", in_quotes(below.name + ':' + escaped(below.description)));
    calls += fmt::format("        {}) {} ;;\n", below.name, function_name(below));
  }
  return fmt::format(R"(
{}() {{
  local curcontext=$curcontext state line ret=1
  local -a names
  _arguments -C \
{}    '1:command:->command' \
    '*::argument:->argument' && ret=0
  case $state in
    command)
      names=(
{}      )
      _describe -t commands command names && ret=0
      ;;
    argument)
      case $words[1] in
{}      esac && ret=0
      ;;
  esac
  return ret
}}
)",
                     name, rows, commands, calls);
}

}  // namespace

std::string zsh_completion(const CommandNode& root) {
  std::string text = "#compdef mallocop\n# Completion of mallocop for zsh, made from its parser when it was built.\n";
  text += kFunctions;
  for (const CommandNode* node : all_nodes(root)) text += function(*node);
  return text + "\n_mallocop \"$@\"\n";
}

}  // namespace mallocop::report
