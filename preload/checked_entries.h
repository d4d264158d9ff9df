// Which entries of functions a thread need not look at again: pairs of an operation and a return address.
#pragma once

#include <cstddef>
#include <cstdint>

#include "trace/function_frames.h"

namespace mallocop::preload {

class CheckedEntries {
 public:
  // Addresses of this processor's user space have 47 bits, operations of functions 16. Never 0.
  static constexpr uint64_t key_of(trace::OperationId operation, uintptr_t return_address) {
    static_assert(trace::kMaxFunctionOperations <= 0xffff);
    return uint64_t{operation} << 48 | return_address;
  }

  // Whether the entry was looked at; then it is also the last one.
  bool find(trace::OperationId operation, uintptr_t return_address) {
    const uint64_t key = key_of(operation, return_address);
    if (known_[slot_of(key)] != key) return false;
    last_ = key;
    return true;
  }
  void add(trace::OperationId operation, uintptr_t return_address) {
    const uint64_t key = key_of(operation, return_address);
    known_[slot_of(key)] = last_ = key;
  }

 private:
  static constexpr size_t kKnown = 256;
  static size_t slot_of(uint64_t key) { return (key * 0x9e3779b97f4a7c15) >> 56; }
  static_assert(kKnown == 1U << (64 - 56));

  uint64_t last_;  // first: arch/x86_64_detour.cpp reads it
  uint64_t known_[kKnown];
};

}  // namespace mallocop::preload
