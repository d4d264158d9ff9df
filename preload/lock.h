// A lock for the paths that are not hot: growing a file, starting and ending a thread.
//
// Whoever holds it has all signals blocked: no handler can allocate in between, or leave by longjmp and keep it held.
// The holder makes system calls of preload/sys.h and nothing else, so that no foreign lock is waited for while it is
// held; locks of ours nest only in the order threads, stacks, modules, operations, then the files. A forked child never
// takes one.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/sys.h"

namespace mallocop::preload {

class Lock {
 public:
  void lock() {
    uint32_t expected = kFree;
    // Pairs with the release in unlock().
    if (word_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire)) return;
    for (int spin = 0; spin < kSpins; ++spin) {
      pause_briefly();
      expected = kFree;
      if (word_.compare_exchange_weak(expected, kHeld, std::memory_order_acquire)) return;
    }
    while (word_.exchange(kAwaited, std::memory_order_acquire) != kFree) sys::futex_wait(word_, kAwaited);
  }
  void unlock() {
    if (word_.exchange(kFree, std::memory_order_release) == kAwaited) sys::futex_wake_one(word_);
  }

 private:
  static constexpr uint32_t kFree = 0, kHeld = 1, kAwaited = 2;
  static constexpr int kSpins = 100;
  std::atomic<uint32_t> word_{kFree};
};

class SignalsBlocked {
 public:
  SignalsBlocked() { sys::set_signal_mask(~uint64_t{0}, &mask_); }
  ~SignalsBlocked() { sys::set_signal_mask(mask_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  uint64_t mask_ = 0;
};

class Locked {
 public:
  explicit Locked(Lock& lock) : lock_(lock) { lock_.lock(); }
  ~Locked() { lock_.unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  SignalsBlocked blocked_;  // before the lock is taken, until it is given back
  Lock& lock_;
};

}  // namespace mallocop::preload
