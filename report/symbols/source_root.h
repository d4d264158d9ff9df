// The folder of the user's sources: which files of the debug information are below it, and what they are called there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mallocop::report {

// Not for several threads at once: it remembers what it found.
class SourceRoot {
 public:
  // `folder` need not be absolute. Throws Error (kUsage) if it is no folder.
  explicit SourceRoot(const std::string& folder);

  // "src/parser.cpp" of a file below the folder. A relative name counts from the folder that it was compiled in, of
  // which nothing is known here: it is the user's if there is such a file below the root, leading "../" left out.
  // None: not below it.
  std::optional<std::string> relative(const std::string& file) const;

 private:
  std::optional<std::string> find(const std::string& file) const;

  std::string folder_;  // canonical, with a slash at its end
  mutable std::unordered_map<std::string, std::optional<std::string>> known_;
};

}  // namespace mallocop::report
