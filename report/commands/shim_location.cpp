// See shim_location.h. MALLOCOP_LIBRARY_FOLDER is the folder of the installation, given by Meson.
#include "report/commands/shim_location.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLibrary = "libmallocop.so";

bool is_library(const fs::path& path) { return ::access(path.c_str(), R_OK) == 0 && fs::is_regular_file(path); }

}  // namespace

void require_preloadable(const std::string& path) {
  if (path.find_first_of(" :\t\n$") == std::string::npos) return;
  throw Error(ExitStatus::kError,
              fmt::format("'{}' cannot be preloaded: LD_PRELOAD takes no path with a space, a colon or a dollar sign; "
                          "move mallocop, or name a link to its library in MALLOCOP_LIBRARY",
                          path));
}

std::string find_shim() {
  if (const char* named = std::getenv("MALLOCOP_LIBRARY"); named && *named) {
    const fs::path path = fs::absolute(named);
    if (!is_library(path)) {
      throw Error(ExitStatus::kError, fmt::format("MALLOCOP_LIBRARY names '{}', which is not a readable file", named));
    }
    require_preloadable(path);
    return path;
  }
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  const std::array<fs::path, 4> candidates = {
      folder / "../preload",
      folder / "../lib/mallocop",
      folder / "../lib/x86_64-linux-gnu/mallocop",
      MALLOCOP_LIBRARY_FOLDER,
  };
  std::string tried;
  for (const fs::path& candidate : candidates) {
    const fs::path path = (candidate / kLibrary).lexically_normal();
    if (is_library(path)) {
      require_preloadable(path);
      return path;
    }
    tried += fmt::format("{}{}", tried.empty() ? "" : ", ", path.string());
  }
  throw Error(ExitStatus::kError,
              fmt::format("{} was not found (looked for {}); name it in MALLOCOP_LIBRARY", kLibrary, tried));
}

}  // namespace mallocop::report
