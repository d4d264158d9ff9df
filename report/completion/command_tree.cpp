// See command_tree.h. What a value is follows from the name that the help gives it; choices are those of CLI::IsMember,
// which says them as "{a,b}".
#include "report/completion/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mallocop::report {
namespace {

constexpr std::array<std::pair<std::string_view, ValueKind>, 5> kKinds = {{
    {"TRACE", ValueKind::kFile},
    {"FILE", ValueKind::kFile},
    {"DIR", ValueKind::kFile},
    {"FOLDER", ValueKind::kFile},
    {"NAME", ValueKind::kBaseline},
}};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Value value_of(const CLI::Option& option) {
  Value value;
  if (option.get_items_expected_max() == 0) return value;
  const std::string type = option.get_type_name();  // NAME[:CONDITION]..., as "TEXT:{text,json}"
  value.kind = ValueKind::kAny;
  value.name = option.get_positional() ? option.get_name() : type.substr(0, type.find(':'));
  for (const auto& [name, kind] : kKinds) {
    if (value.name == name) value.kind = kind;
  }
  const size_t open = type.find(":{");
  if (open != std::string::npos && type.ends_with('}')) {
    value.kind = ValueKind::kChoice;
    value.choices = split(std::string_view(type).substr(open + 2, type.size() - open - 3), ',');
  }
  return value;
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back('-' + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

OptionNode option_node(const CLI::Option& option) {
  OptionNode node;
  node.names = names_of(option);
  for (const CLI::Option* other : option.get_excludes()) {
    for (std::string& name : names_of(*other)) node.excludes.push_back(std::move(name));
  }
  std::sort(node.excludes.begin(), node.excludes.end());  // CLI11 keeps them by address
  node.description = option.get_description();
  node.value = value_of(option);
  node.repeats = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  return node;
}

CommandNode command_node(CLI::App& parser, std::string path, std::span<const Command> commands) {
  CommandNode node;
  node.name = parser.get_name();
  node.description = parser.get_description();
  for (const CLI::Option* option : parser.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    if (option->get_positional()) {
      node.argument = value_of(*option);
    } else {
      node.options.push_back(option_node(*option));
    }
  }
  node.takes_words = std::any_of(commands.begin(), commands.end(), [&](const Command& command) {
    return command.words != Words::kNone && command.name == path;
  });
  for (CLI::App* below : parser.get_subcommands([](const CLI::App*) { return true; })) {
    node.commands.push_back(
        command_node(*below, path.empty() ? below->get_name() : path + ' ' + below->get_name(), commands));
  }
  node.path = std::move(path);
  return node;
}

}  // namespace

CommandNode command_tree(CLI::App& parser, std::span<const Command> commands) {
  return command_node(parser, "", commands);
}

std::vector<const CommandNode*> all_nodes(const CommandNode& root) {
  std::vector<const CommandNode*> nodes = {&root};
  for (const CommandNode& below : root.commands) {
    const auto more = all_nodes(below);
    nodes.insert(nodes.end(), more.begin(), more.end());
  }
  return nodes;
}

}  // namespace mallocop::report
