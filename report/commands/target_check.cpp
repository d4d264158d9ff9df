// Resolving a command to the executable that will run. What makes an executable unfit is in elf_check.cpp.
#include "report/commands/target_check.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>

#include "report/commands/elf_check.h"
#include "report/support/error.h"

namespace mallocop::report {
namespace {

constexpr int kMostInterpreters = 5;  // the kernel gives up there as well

[[noreturn]] void cannot_start(const std::string& command, const std::string& reason) {
  throw Error(ExitStatus::kError, fmt::format("cannot start '{}': {}", command, reason));
}

// 0, or the errno that execve would give for a reason that lies in the file's kind or mode.
int executable_error(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return errno;
  if (!S_ISREG(info.st_mode)) return EACCES;
  return ::access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

// The first bytes of a file: as many as the kernel looks at to tell what it is.
std::string read_head(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) cannot_start(path, fmt::format("it cannot be read ({})", std::strerror(errno)));
  char head[256];
  const ssize_t size = ::read(fd, head, sizeof head);
  ::close(fd);
  return std::string(head, size > 0 ? static_cast<size_t>(size) : 0);
}

// The first word after `#!`; the file exists.
std::string interpreter_of(const std::string& script, const std::string& head) {
  std::istringstream line(head.substr(2, head.find('\n') - 2));
  std::string interpreter;
  line >> interpreter;
  if (interpreter.empty()) cannot_start(script, "its first line names no interpreter after '#!'");
  if (const int error = executable_error(interpreter)) {
    cannot_start(script, fmt::format("its interpreter '{}': {}", interpreter, std::strerror(error)));
  }
  return interpreter;
}

}  // namespace

std::string resolve_command(const std::string& command) {
  if (command.empty()) cannot_start(command, "the command is an empty text");
  if (command.find('/') != std::string::npos) {
    if (const int error = executable_error(command)) cannot_start(command, std::strerror(error));
    return command;
  }
  const char* variable = std::getenv("PATH");
  const std::string path = variable ? variable : "/bin:/usr/bin";
  bool forbidden = false;
  for (size_t begin = 0;;) {
    const size_t end = std::min(path.find(':', begin), path.size());
    const std::string folder = begin == end ? "." : path.substr(begin, end - begin);
    const std::string candidate = fmt::format("{}/{}", folder, command);
    const int error = executable_error(candidate);
    if (error == 0) return candidate;
    forbidden = forbidden || error == EACCES;
    if (end == path.size()) break;
    begin = end + 1;
  }
  cannot_start(command, forbidden ? "it is in PATH but may not be executed" : "it is not in PATH");
}

Target check_target(const std::string& path) {
  Target target{path, path};
  for (int depth = 0; depth < kMostInterpreters; ++depth) {
    const std::string head = read_head(target.program);
    if (head.starts_with(std::string_view(ELFMAG, SELFMAG))) {
      check_executable(target.program);
      return target;
    }
    // A file that the kernel does not know is given to the shell by execvp.
    target.program = head.starts_with("#!") ? interpreter_of(target.program, head) : "/bin/sh";
  }
  cannot_start(path, "its interpreters are scripts of interpreters without end");
}

}  // namespace mallocop::report
