// See source_root.h.
#include "report/symbols/source_root.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "report/support/error.h"

namespace mallocop::report {

namespace fs = std::filesystem;

SourceRoot::SourceRoot(const std::string& folder) {
  std::error_code failed;
  const fs::path path = fs::canonical(folder, failed);
  if (failed || !fs::is_directory(path, failed)) {
    throw Error(ExitStatus::kUsage, fmt::format("--source-root: '{}' is no folder", folder));
  }
  folder_ = path.string();
  if (!folder_.ends_with('/')) folder_ += '/';
}

std::optional<std::string> SourceRoot::relative(const std::string& file) const {
  const auto [entry, absent] = known_.try_emplace(file);
  if (absent) entry->second = find(file);
  return entry->second;
}

std::optional<std::string> SourceRoot::find(const std::string& file) const {
  if (file.empty()) return std::nullopt;
  std::string path = fs::path(file).lexically_normal().string();
  std::error_code failed;
  if (path.starts_with('/')) {
    if (!path.starts_with(folder_)) {
      // The build may know the folder by another name: a link to it.
      const fs::path real = fs::canonical(path, failed);
      if (failed) return std::nullopt;
      path = real.string();
    }
    if (!path.starts_with(folder_)) return std::nullopt;
    return path.substr(folder_.size());
  }
  while (path.starts_with("../")) path.erase(0, 3);
  if (!fs::is_regular_file(folder_ + path, failed)) return std::nullopt;
  return path;
}

}  // namespace mallocop::report
