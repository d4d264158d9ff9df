// What the launcher does with signals while its command runs.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>

namespace mallocop::report {

// From construction to destruction: SIGINT and SIGQUIT are ignored here (a terminal sends them to the command as
// well), SIGTERM and SIGHUP go to the command. Until start() they wait. One object at a time in a process.
class SignalRelay {
 public:
  SignalRelay();
  ~SignalRelay();
  SignalRelay(const SignalRelay&) = delete;
  SignalRelay& operator=(const SignalRelay&) = delete;

  // In the parent, once the child exists: lets signals through to it.
  void start(pid_t child);
  // In the parent, before the child is reaped: its id may belong to another process soon.
  void stop();
  // In the child: everything as it was before construction.
  void restore() const;

  static constexpr std::array<int, 4> kSignals = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

 private:
  std::array<struct sigaction, kSignals.size()> before_ = {};
  sigset_t mask_before_ = {};
};

}  // namespace mallocop::report
