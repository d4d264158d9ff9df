// See signal_relay.h. The handler does nothing but kill(2).
#include "report/commands/signal_relay.h"

#include <atomic>
#include <cerrno>

namespace mallocop::report {
namespace {

std::atomic<pid_t> relay_target = 0;
static_assert(std::atomic<pid_t>::is_always_lock_free);

void relay(int signal) {
  const int saved = errno;
  const pid_t target = relay_target.load(std::memory_order_relaxed);
  if (target > 0) ::kill(target, signal);
  errno = saved;
}

bool is_relayed(int signal) { return signal == SIGTERM || signal == SIGHUP; }

}  // namespace

SignalRelay::SignalRelay() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &mask_before_);
  for (size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &before_[i]);
    // Who started us with nohup meant the command as well: it inherits the signal ignored, and there is nothing to do.
    if (is_relayed(kSignals[i]) && before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = is_relayed(kSignals[i]) ? relay : SIG_IGN;
    action.sa_flags = SA_RESTART;
    sigaction(kSignals[i], &action, nullptr);
  }
}

void SignalRelay::start(pid_t child) {
  relay_target.store(child, std::memory_order_relaxed);
  sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

void SignalRelay::stop() { relay_target.store(0, std::memory_order_relaxed); }

void SignalRelay::restore() const {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

SignalRelay::~SignalRelay() {
  stop();
  restore();
}

}  // namespace mallocop::report
