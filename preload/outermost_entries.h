// Where a thread's outermost calls of each operation were entered, as far as these may not have returned: so that most
// entries need not look at the stack to know that no call of their operation is around them.
//
// Stack pointers are compared, so all this is about the thread's own stack.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "trace/format.h"

namespace mallocop::preload {

class OutermostEntries {
 public:
  // Another thread takes over.
  void forget() { std::fill_n(places_, kPlaces, 0); }

  // Whether an entry with this stack pointer proves that no call of the operation is around it: there was none, or all
  // were entered no higher up, so that they have returned.
  bool none_around(trace::OperationId operation, uintptr_t stack_pointer) const {
    const uint64_t known = places_[operation % kPlaces];
    return known == 0 || (known >> kAddressBits == operation && known <= key_of(operation, stack_pointer));
  }
  // An entry around which there is none.
  void set(trace::OperationId operation, uintptr_t stack_pointer) {
    uint64_t& place = places_[operation % kPlaces];
    place = is_free_for(operation, place) ? key_of(operation, stack_pointer) : kShared;
  }
  // One of which that is not known.
  void raise(trace::OperationId operation, uintptr_t stack_pointer) {
    uint64_t& place = places_[operation % kPlaces];
    place = is_free_for(operation, place) ? std::max(place, key_of(operation, stack_pointer)) : kShared;
  }

 private:
  static constexpr size_t kPlaces = 256;
  static constexpr unsigned kAddressBits = 48;
  static constexpr uint64_t kShared = ~uint64_t{0};  // of several operations: says nothing of them

  static uint64_t key_of(trace::OperationId operation, uintptr_t stack_pointer) {
    return uint64_t{operation} << kAddressBits | stack_pointer;
  }
  static bool is_free_for(trace::OperationId operation, uint64_t place) {
    return place == 0 || (place != kShared && place >> kAddressBits == operation);
  }

  uint64_t places_[kPlaces];
};

}  // namespace mallocop::preload
