// See run_command.h. Output goes to memory files, which no amount of it can block. Everything that allocates happens
// before the fork or is allowed: the tests that start commands while other threads run do not exist.
#include "tests/support/run_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace mallocop::test {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

int memory_file(const char* name) {
  const int fd = ::memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) fail("memfd_create");
  return fd;
}

std::string contents(int fd) {
  std::string text;
  char buffer[65536];
  for (off_t place = 0;;) {
    const ssize_t size = ::pread(fd, buffer, sizeof buffer, place);
    if (size < 0) fail("pread");
    if (size == 0) return text;
    text.append(buffer, static_cast<size_t>(size));
    place += size;
  }
}

// In the child; returns only if the program cannot be started.
void become(const Command& command, int in, int out, int err) {
  ::setpgid(0, 0);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (!command.folder.empty() && ::chdir(command.folder.c_str()) != 0) return;
  for (const auto& [name, value] : command.environment) {
    if (value) {
      ::setenv(name.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }
  std::vector<char*> words;
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  if (command.largest_file) {
    const rlimit limit = {*command.largest_file, *command.largest_file};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ::execvp(words[0], words.data());
}

}  // namespace

RunningCommand::RunningCommand(const Command& command) : time_(command.time) {
  const int in = memory_file("in");
  out_ = memory_file("out");
  err_ = memory_file("err");
  if (::pwrite(in, command.input.data(), command.input.size(), 0) != static_cast<ssize_t>(command.input.size())) {
    fail("pwrite");
  }
  int failure[2];
  if (::pipe2(failure, O_CLOEXEC) != 0) fail("pipe2");
  process_ = ::fork();
  if (process_ < 0) fail("fork");
  if (process_ == 0) {
    become(command, in, out_, err_);
    const int error = errno;
    [[maybe_unused]] const ssize_t told = ::write(failure[1], &error, sizeof error);
    ::_exit(127);
  }
  ::close(in);
  ::close(failure[1]);
  int error = 0;
  const ssize_t told = ::read(failure[0], &error, sizeof error);
  ::close(failure[0]);
  if (told == sizeof error) {
    errno = error;
    fail("cannot start " + command.words[0]);
  }
}

RunningCommand::~RunningCommand() {
  if (process_ > 0) {
    kill_group();
    ::waitpid(process_, nullptr, 0);
  }
  ::close(out_);
  ::close(err_);
}

void RunningCommand::kill_group() const {
  ::kill(-process_, SIGKILL);
  ::kill(process_, SIGKILL);
}

Ended RunningCommand::wait() {
  Ended ended;
  // <sys/pidfd.h> of glibc 2.36 cannot be used from C++.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
  if (handle < 0) fail("pidfd_open");
  pollfd ready = {handle, POLLIN, 0};
  int events;
  do {
    events = ::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(time_).count()));
  } while (events < 0 && errno == EINTR);
  ::close(handle);
  ended.timed_out = events == 0;
  if (ended.timed_out) kill_group();
  int status = 0;
  if (::waitpid(process_, &status, 0) != process_) fail("waitpid");
  process_ = -1;
  ended.signaled = WIFSIGNALED(status);
  ended.status = ended.signaled ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  ended.out = contents(out_);
  ended.err = contents(err_);
  return ended;
}

Ended run_command(const Command& command) { return RunningCommand(command).wait(); }

}  // namespace mallocop::test
