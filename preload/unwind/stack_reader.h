// Reads words of the stack that is being walked. Nothing outside the thread's own stack is read without asking the
// kernel first, so that wrong unwind information ends a walk and not the host.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/sys.h"

namespace mallocop::preload {

// What is known of a thread's own stack.
struct StackBounds {
  uintptr_t high;      // its end; 0: not known
  uintptr_t verified;  // [verified, high) is known to be readable

  bool contains(uintptr_t stack_pointer) const { return stack_pointer >= verified && stack_pointer < high; }
};

class StackReader {
 public:
  // `stack_pointer`: of a call site, right above the return address. That this is on the stack too matters where it is
  // the last word of a page: whoever asks later for an entry's own stack pointer must find it among what is known.
  StackReader(StackBounds& bounds, uintptr_t stack_pointer) : low_(stack_pointer), high_(bounds.high) {
    const uintptr_t return_address_at = stack_pointer - sizeof(uintptr_t);
    if (bounds.contains(return_address_at)) return;
    own_ = verify(bounds, return_address_at);
    if (!own_) low_ = high_ = 0;  // another stack: sigaltstack, a fiber
  }

  // Whether all that was read lies in the thread's own stack.
  bool is_own() const { return own_; }

  bool read(uintptr_t address, uintptr_t& value) {
    if (address < low_ || address > high_ - sizeof value || high_ == 0) [[unlikely]] {
      own_ = false;
      if (!is_readable(address)) return false;
    }
    value = *reinterpret_cast<const uintptr_t*>(address);
    return true;
  }

 private:
  static constexpr uintptr_t kPage = 4096;
  static constexpr uintptr_t kMostPagesToVerify = 4096;  // 16 MiB of stack below what is known already

  bool is_readable(uintptr_t address) {
    if (address % sizeof(uintptr_t) != 0) return false;
    if (address / kPage == foreign_page_) return true;
    if (!sys::is_readable(address)) return false;
    foreign_page_ = address / kPage;
    return true;
  }

  // Whether the stack reaches without a hole from `stack_pointer` to what is known of it.
  static bool verify(StackBounds& bounds, uintptr_t stack_pointer) {
    if (bounds.high == 0 || stack_pointer >= bounds.high) return false;
    const uintptr_t first = stack_pointer & ~(kPage - 1);
    if ((bounds.verified - first) / kPage > kMostPagesToVerify) return false;
    for (uintptr_t page = first; page < bounds.verified; page += kPage)
      if (!sys::is_readable(page)) return false;
    bounds.verified = first;
    return true;
  }

  uintptr_t low_;
  uintptr_t high_;
  uintptr_t foreign_page_ = 0;
  bool own_ = true;
};

}  // namespace mallocop::preload
