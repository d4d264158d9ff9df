// Addresses from one up to another.
#pragma once

#include <cstdint>

namespace mallocop::report {

struct AddressRange {
  uint64_t begin = 0;
  uint64_t end = 0;  // behind the last byte
  bool holds(uint64_t address) const { return begin <= address && address < end; }
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

}  // namespace mallocop::report
