// See trace_place.h.
#include "report/commands/trace_place.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>

#include "report/support/error.h"
#include "report/support/file_magic.h"
#include "trace/format.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

// Bounds the default name of a trace, so that the companion's fits into a directory entry as well.
constexpr size_t kLongestProgramName = 64;

// True if there is an empty file, or one that starts with `magic`; nothing if there is none.
std::optional<bool> is_ours(const std::string& path, std::span<const uint8_t, 8> magic) {
  struct stat info = {};
  if (::lstat(path.c_str(), &info) != 0) return std::nullopt;
  if (!S_ISREG(info.st_mode)) return false;
  if (info.st_size == 0) return true;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  const bool ours = begins_with(fd, magic);
  ::close(fd);
  return ours;
}

void remove_ours(const std::string& path, std::span<const uint8_t, 8> magic) {
  const std::optional<bool> ours = is_ours(path, magic);
  if (!ours) return;
  if (!*ours) {
    throw Error(ExitStatus::kError,
                fmt::format("'{}' exists and is not a mallocop trace: it is left alone; remove it or choose another "
                            "name with -o",
                            path));
  }
  if (::unlink(path.c_str()) != 0) {
    throw Error(ExitStatus::kError, fmt::format("cannot replace the old trace '{}': {}", path, std::strerror(errno)));
  }
}

}  // namespace

std::string escape_percent(const std::string& path) {
  std::string escaped;
  for (const char letter : path) escaped.append(letter == '%' ? 2 : 1, letter);
  return escaped;
}

std::string trace_pattern(const std::optional<std::string>& named, const std::string& program) {
  if (named == "-") {
    throw Error(ExitStatus::kUsage, "-o -: a trace cannot go to standard output, it is a mapped file; name a file");
  }
  const std::string folder = escape_percent(fs::current_path());
  if (named) return fs::path(folder) / *named;
  std::string name = program.substr(0, kLongestProgramName);
  for (char& letter : name) {
    if (letter == '%' || letter == '/' || static_cast<unsigned char>(letter) <= ' ') letter = '_';
  }
  return fs::path(folder) / fmt::format("mallocop.{}.%p.mcop", name);
}

std::string expand_trace_pattern(const std::string& pattern, pid_t process, const std::string& program) {
  std::string path;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char kind = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (kind == 'p') {
      path += std::to_string(process);
    } else if (kind == 'e') {
      path += program;
    } else if (kind == '%') {
      path += '%';
    } else {
      path += pattern[i];
      continue;
    }
    ++i;
  }
  return path;
}

void clear_trace_place(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(ExitStatus::kError, fmt::format("cannot write a trace to '{}': {}; choose another place with -o",
                                                folder.string(), std::strerror(errno)));
  }
  remove_ours(path, trace::kTraceMagic);
  remove_ours(path + trace::kLiveSuffix, trace::kLiveMagic);
}

}  // namespace mallocop::report
