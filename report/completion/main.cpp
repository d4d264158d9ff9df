// mallocop-completion SHELL: prints the completion of mallocop's command line for a shell. The build runs it; it is not
// installed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "report/commands/command_line.h"
#include "report/completion/shells.h"

int main(int argc, char** argv) {
  using namespace mallocop::report;
  try {
    CLI::App parser;
    const std::vector<std::string> words;
    Action chosen;
    declare_command_line(parser, words, chosen);
    for (const Shell& shell : kShells) {
      if (argc != 2 || argv[1] != shell.name) continue;
      const std::string text = shell.completion(command_tree(parser, commands()));
      return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0 ? 0 : 1;
    }
    fmt::print(stderr, "usage: mallocop-completion bash|zsh|fish\n");
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "mallocop-completion: {}\n", error.what());
    return 1;
  }
}
