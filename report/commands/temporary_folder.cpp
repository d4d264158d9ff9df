// See temporary_folder.h.
#include "report/commands/temporary_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "report/support/error.h"

namespace mallocop::report {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder(const std::string& purpose)
    : path_((fs::temp_directory_path() / fmt::format("mallocop-{}-XXXXXX", purpose)).string()) {
  if (!::mkdtemp(path_.data())) {
    throw Error(ExitStatus::kError, fmt::format("cannot make the folder '{}': {}", path_, std::strerror(errno)));
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace mallocop::report
