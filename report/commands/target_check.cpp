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
#include <utility>
#include <vector>

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

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> result;
  for (std::string word; in >> word;) result.push_back(word);
  return result;
}

// The words of the `#!` line; the first is the interpreter, which exists.
std::vector<std::string> interpreter_line(const std::string& script, const std::string& head) {
  std::vector<std::string> line = words(head.substr(2, head.find('\n') - 2));
  if (line.empty()) cannot_start(script, "its first line names no interpreter after '#!'");
  if (const int error = executable_error(line[0])) {
    cannot_start(script, fmt::format("its interpreter '{}': {}", line[0], std::strerror(error)));
  }
  return line;
}

// What `env` executes, for the two lines that are usual: `env PROGRAM` and `env -S PROGRAM ARGUMENTS`. Empty for all
// others and for other interpreters.
std::vector<std::string> behind_env(const std::vector<std::string>& line) {
  if (std::string_view(line[0]).substr(line[0].rfind('/') + 1) != "env") return {};
  const bool split = line.size() > 2 && line[1] == "-S";
  if (!split && line.size() != 2) return {};
  std::vector<std::string> rest(line.begin() + (split ? 2 : 1), line.end());
  if (rest[0][0] == '-' || rest[0].find('=') != std::string::npos) return {};
  return rest;
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
    const std::string folder = path.substr(begin, end - begin);
    const std::string candidate = folder.empty() ? "./" + command : folder + "/" + command;
    const int error = executable_error(candidate);
    if (error == 0) return candidate;
    forbidden = forbidden || error == EACCES;
    if (end == path.size()) break;
    begin = end + 1;
  }
  cannot_start(command, forbidden ? "it is in PATH but may not be executed" : "it is not in PATH");
}

Target check_target(const std::string& path) {
  Target target{path, path, {}};
  for (int depth = 0; depth < kMostInterpreters; ++depth) {
    const std::string head = read_head(target.program);
    if (head.starts_with(std::string_view(ELFMAG, SELFMAG))) {
      check_executable(target.program);
      return target;
    }
    if (!head.starts_with("#!")) {  // execvp gives a file that the kernel does not know to the shell
      target.program = "/bin/sh";
      continue;
    }
    const std::vector<std::string> line = interpreter_line(target.program, head);
    std::vector<std::string> seen_through = behind_env(line);
    if (seen_through.empty()) {
      target.program = line[0];
      continue;
    }
    const std::string script = target.program;
    target.program = resolve_command(seen_through[0]);
    if (script != target.path) continue;  // an interpreter that is such a script itself: left to the kernel
    target.path = target.program;
    target.replacement = std::move(seen_through);
    target.replacement.push_back(script);
  }
  cannot_start(path, "its interpreters are scripts of interpreters without end");
}

}  // namespace mallocop::report
