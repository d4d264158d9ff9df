// See launcher.h. Between fork and exec the child is single-threaded, like this program, so it may use what it likes;
// what goes wrong there comes back through a pipe that a successful exec closes.
#include "report/commands/launcher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>

#include "report/commands/signal_relay.h"
#include "report/commands/trace_place.h"
#include "report/support/error.h"

namespace mallocop::report {
namespace {

[[noreturn]] void system_error(const char* what) {
  throw Error(ExitStatus::kError, fmt::format("{}: {}", what, std::strerror(errno)));
}

std::string program_name(const Launch& plan) { return plan.path.substr(plan.path.rfind('/') + 1); }

// In the child. Returns only if the command could not be started: why.
std::string become_command(const Launch& plan, const SignalRelay& signals) {
  try {
    const std::string trace = expand_trace_pattern(plan.trace_pattern, ::getpid(), program_name(plan));
    clear_trace_place(trace);
    ::setenv("MALLOCOP_OUT", escape_percent(trace).c_str(), 1);
    for (const auto& [name, value] : plan.environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (plan.plan.empty()) {
      ::unsetenv("MALLOCOP_PLAN");
    } else {
      ::setenv("MALLOCOP_PLAN", plan.plan.c_str(), 1);
    }
    const char* others = std::getenv("LD_PRELOAD");
    const std::string preload = others && *others ? plan.library + ":" + others : plan.library;
    ::setenv("LD_PRELOAD", preload.c_str(), 1);
    std::vector<char*> arguments;
    for (const std::string& argument : plan.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    signals.restore();
    ::execvp(plan.path.c_str(), arguments.data());
    return fmt::format("cannot start '{}': {}", plan.arguments[0], std::strerror(errno));
  } catch (const std::exception& error) {
    return error.what();
  }
}

void write_all(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t size = ::write(fd, text.data() + done, text.size() - done);
    if (size > 0) {
      done += static_cast<size_t>(size);
    } else if (errno != EINTR) {
      return;
    }
  }
}

std::string read_all(int fd) {
  std::string text;
  char buffer[512];
  for (;;) {
    const ssize_t size = ::read(fd, buffer, sizeof buffer);
    if (size > 0) {
      text.append(buffer, static_cast<size_t>(size));
    } else if (size == 0 || errno != EINTR) {
      return text;
    }
  }
}

// Waits for the end of the process but leaves it for reap(): its name can still be asked for.
void await_end(pid_t process) {
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) system_error("cannot wait for the command");
  }
}

int reap(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) system_error("cannot wait for the command");
  }
  return status;
}

}  // namespace

Ended launch(const Launch& plan) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) system_error("cannot make a pipe");
  SignalRelay signals;
  const pid_t child = ::fork();
  if (child < 0) system_error("cannot make a process for the command");
  if (child == 0) {
    write_all(pipe_ends[1], become_command(plan, signals));
    ::_exit(127);
  }
  signals.start(child);
  ::close(pipe_ends[1]);
  const std::string failure = read_all(pipe_ends[0]);
  ::close(pipe_ends[0]);
  await_end(child);
  signals.stop();

  Ended ended;
  ended.process = child;
  std::getline(std::ifstream(fmt::format("/proc/{}/comm", child)), ended.command_name);
  const int status = reap(child);
  if (!failure.empty()) throw Error(ExitStatus::kError, failure);
  ended.killed = WIFSIGNALED(status);
  ended.status = ended.killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  ended.trace = expand_trace_pattern(plan.trace_pattern, child, program_name(plan));
  return ended;
}

}  // namespace mallocop::report
