// Completion for bash. It needs nothing of the package bash-completion, but uses it for the words of the user's command
// where it is there.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "report/completion/shells.h"

namespace mallocop::report {
namespace {

// What the line is read with: `command` is the path so far, and an option's value is skipped with it.
constexpr std::string_view kFunctions = R"(
# _mallocop_reply WORDS: those that continue the current word.
_mallocop_reply() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }

_mallocop_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

_mallocop_baselines() {
  local file
  for file in .mallocop/baselines/*.json; do
    file=${file##*/}
    file=${file%.json}
    [[ $file == '*' || $file != "$current"* ]] || COMPREPLY+=("$file")
  done
}

# The user's own command, which begins at word $1.
_mallocop_words() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -c -- "$current"; compgen -f -- "$current")
  else
    _mallocop_files
  fi
}

_mallocop_value() {
  case $1 in
    file) _mallocop_files ;;
    baseline) _mallocop_baselines ;;
    any) ;;
    *) _mallocop_reply "$1" ;;
  esac
}

_mallocop() {
  local current=${COMP_WORDS[COMP_CWORD]} last=$((COMP_CWORD - 1)) command='' value='' i
  COMPREPLY=()
  # bash takes --format=json for three words
  if [[ $current == = ]]; then
    current=''
  elif [[ ${COMP_WORDS[last]} == = ]]; then
    ((last--))
  fi
  for ((i = 1; i <= last; ++i)); do
    if [[ ${COMP_WORDS[i]} == -- ]]; then
      if _mallocop_takes_words "$command"; then _mallocop_words $((i + 1)); else _mallocop_argument "$command"; fi
      return
    fi
    value=$(_mallocop_option "$command" "${COMP_WORDS[i]}")
    if [[ $value && $i -lt $last ]]; then
      ((i++))
      [[ ${COMP_WORDS[i]} != = ]] || ((i++))
      value=''
    elif [[ ! $value ]]; then
      command=$(_mallocop_command "$command" "${COMP_WORDS[i]}")
    fi
  done
  if [[ $value ]]; then
    _mallocop_value "$value"
  elif [[ $current == -* ]]; then
    _mallocop_options "$command"
  else
    _mallocop_argument "$command"
  fi
}

complete -F _mallocop mallocop
)";

std::string value_text(const Value& value) {
  switch (value.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kAny:
      return "any";
    case ValueKind::kFile:
      return "file";
    case ValueKind::kBaseline:
      return "baseline";
    case ValueKind::kChoice:
      return fmt::format("{}", fmt::join(value.choices, " "));
  }
  return "";
}

}  // namespace

std::string bash_completion(const CommandNode& root) {
  std::string text =
      "# Completion of mallocop for bash, made from its parser when it was built.\n# shellcheck shell=bash\n";
  std::string options;
  std::string arguments;
  std::string values;
  std::string commands;
  std::string with_words;
  for (const CommandNode* node : all_nodes(root)) {
    std::string names;
    for (const OptionNode& option : node->options) {
      names += fmt::format("{}{}", names.empty() ? "" : " ", fmt::join(option.names, " "));
      if (option.value.kind == ValueKind::kNone) continue;
      for (const std::string& name : option.names) {
        values += fmt::format("    '{}/{}') echo '{}' ;;\n", node->path, name, value_text(option.value));
      }
    }
    if (node->takes_words) names += " --";
    options += fmt::format("    '{}') _mallocop_reply '{}' ;;\n", node->path, names);
    std::string below;
    for (const CommandNode& command : node->commands) {
      below += fmt::format("{}{}", below.empty() ? "" : " ", command.name);
      commands += fmt::format("    '{}/{}') echo '{}' ;;\n", node->path, command.name, command.path);
    }
    if (below.empty()) below = value_text(node->argument);
    if (!below.empty()) arguments += fmt::format("    '{}') _mallocop_value '{}' ;;\n", node->path, below);
    if (node->takes_words) with_words += fmt::format("    '{}') return 0 ;;\n", node->path);
  }
  const auto table = [&](std::string_view comment, std::string_view name, std::string_view key, std::string_view rows,
                         std::string_view otherwise) {
    text +=
        fmt::format("\n# {}\n_mallocop_{}() {{\n  case {} in\n{}{}  esac\n}}\n", comment, name, key, rows, otherwise);
  };
  table("The options of a command.", "options", "$1", options, "");
  table("What a command's arguments are.", "argument", "$1", arguments, "");
  table("What an option of a command takes: nothing is printed for a flag.", "option", "$1/$2", values, "");
  table("The command that a word names in another one.", "command", "$1/$2", commands, "    *) echo \"$1\" ;;\n");
  table("Whether a command of the user's follows --.", "takes_words", "$1", with_words, "    *) return 1 ;;\n");
  text += kFunctions;
  return text;
}

}  // namespace mallocop::report
