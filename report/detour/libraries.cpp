// See libraries.h.
#include "report/detour/libraries.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

constexpr std::chrono::seconds kPatience(20);

constexpr std::string_view kLeftOut[] = {"ld-linux", "libc.so",  "libm.so",        "libpthread.so",
                                         "libdl.so", "librt.so", "libmallocop.so", "linux-vdso.so",
                                         "libc-",    "libm-",    "libmvec.so",     "libpthread-"};

[[noreturn]] void cannot_tell(const std::string& program, const std::string& why) {
  throw Error(ExitStatus::kInvalid, fmt::format("cannot find out which libraries '{}' needs: {}", program, why));
}

std::string interpreter_of(const std::string& program) {
  const int file = ::open(program.c_str(), O_RDONLY | O_CLOEXEC);
  elf_version(EV_CURRENT);
  Elf* const elf = file >= 0 ? elf_begin(file, ELF_C_READ, nullptr) : nullptr;
  size_t count = 0;
  size_t size = 0;
  std::string found;
  const char* raw = elf != nullptr ? elf_rawfile(elf, &size) : nullptr;
  if (raw != nullptr && elf_getphdrnum(elf, &count) == 0) {
    for (size_t index = 0; index < count; ++index) {
      GElf_Phdr segment;
      if (gelf_getphdr(elf, static_cast<int>(index), &segment) == nullptr || segment.p_type != PT_INTERP) continue;
      if (segment.p_offset >= size) continue;
      const size_t most = std::min<uint64_t>(segment.p_filesz, size - segment.p_offset);
      found.assign(raw + segment.p_offset, ::strnlen(raw + segment.p_offset, most));
    }
  }
  if (elf != nullptr) elf_end(elf);
  if (file >= 0) ::close(file);
  return found;
}

// Reads until the end of the stream or of our patience. The child is alone in `process`.
std::string read_answer(int stream, pid_t process, bool& timed_out) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::string text;
  char buffer[4096];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waiting = {stream, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      timed_out = true;
      ::kill(process, SIGKILL);
      return text;
    }
    const ssize_t size = ::read(stream, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer, static_cast<size_t>(size));
  }
}

std::string ask(const std::string& program, const std::string& interpreter) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) cannot_tell(program, std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string words[] = {interpreter, "--list", std::filesystem::absolute(program)};
  char* const arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t process = -1;
  const int error = ::posix_spawn(&process, interpreter.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  bool timed_out = false;
  const std::string answer = error == 0 ? read_answer(ends[0], process, timed_out) : std::string();
  ::close(ends[0]);
  if (error != 0) cannot_tell(program, fmt::format("'{}': {}", interpreter, std::strerror(error)));
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (timed_out) cannot_tell(program, fmt::format("'{} --list' does not end", interpreter));
  return answer;
}

// "\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f...)" or "\t/lib/libpreloaded.so (0x...)".
std::optional<std::string> path_in(const std::string& line) {
  const size_t arrow = line.find(" => ");
  const size_t begin = arrow == std::string::npos ? line.find_first_not_of(" \t") : arrow + 4;
  const size_t end = line.rfind(" (0x");
  if (begin == std::string::npos || end == std::string::npos || end <= begin || line[begin] != '/') return std::nullopt;
  return line.substr(begin, end - begin);
}

bool is_left_out(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return std::any_of(std::begin(kLeftOut), std::end(kLeftOut),
                     [&](std::string_view one) { return name.starts_with(one); });
}

}  // namespace

std::vector<std::string> libraries_of(const std::string& program) {
  const std::string interpreter = interpreter_of(program);
  if (interpreter.empty()) cannot_tell(program, "it names no dynamic linker");
  std::vector<std::string> libraries;
  std::istringstream answer(ask(program, interpreter));
  for (std::string line; std::getline(answer, line);) {
    const std::optional<std::string> path = path_in(line);
    if (path && !is_left_out(*path)) libraries.push_back(*path);
  }
  return libraries;
}

}  // namespace mallocop::report
