// Runs a program and keeps what it said and how it ended. A program that takes longer than its time is killed with all
// that it started, so that a hang is a failed test and not a hung one.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mallocop::test {

struct Command {
  std::vector<std::string> words;  // the first is looked up in PATH
  // Changes to the environment that the test itself has; none: the variable is removed.
  std::vector<std::pair<std::string, std::optional<std::string>>> environment = {};
  std::string folder = {};                              // working directory; empty: the test's own
  std::string input = {};                               // standard input
  std::optional<uint64_t> largest_file = std::nullopt;  // RLIMIT_FSIZE, in bytes
  std::chrono::seconds time = std::chrono::seconds(120);
};

struct Ended {
  int status = 0;  // as a shell tells it: the exit status, or 128 + signal
  bool signaled = false;
  bool timed_out = false;
  std::string out;
  std::string err;
};

// A command that runs. It is killed when the object goes before it has ended.
class RunningCommand {
 public:
  explicit RunningCommand(const Command& command);  // throws std::runtime_error if it cannot be started
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  pid_t process() const { return process_; }
  Ended wait();  // once

 private:
  void kill_group() const;

  pid_t process_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::chrono::seconds time_;
};

Ended run_command(const Command& command);

}  // namespace mallocop::test
