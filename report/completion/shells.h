// The shells that there is completion for: one function and one file each.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "report/completion/command_tree.h"

namespace mallocop::report {

std::string bash_completion(const CommandNode& root);
std::string zsh_completion(const CommandNode& root);
std::string fish_completion(const CommandNode& root);

struct Shell {
  std::string_view name;
  std::string (*completion)(const CommandNode& root);
};

inline constexpr std::array<Shell, 3> kShells = {{
    {"bash", bash_completion},
    {"zsh", zsh_completion},
    {"fish", fish_completion},
}};

}  // namespace mallocop::report
