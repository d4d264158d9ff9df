// One event of a thread's ring: 16 bytes, written by the thread itself.
//
//      63      56 55                             32 31                              0
//     +----------+----------------------------------+---------------------------------+
//     |   kind   |               value: the block's address (56 bits)                 |  alloc, free
//     |   kind   |      operation id (24 bits)      |              token              |  call begin, call end
//     |   kind   |               value: a number (56 bits)                            |  the escapes
//     +----------+----------------------------------+---------------------------------+
//     |             requested size (32 bits)        |           stack id              |  alloc
//     |                                   0                                     |  no?  |  free
//     |                          time stamp, in ticks                                 |  call begin, call end
//     +---------------------------------------------+---------------------------------+
//
// A free of a block that its thread cannot prove to be its own (another thread may have freed it meanwhile, and the
// address come back) has the last bit set: the fold must not pair it with an allocation of its own window.
//
// An escape holds what does not fit into the event right after it. A ring never splits the two.
#pragma once

#include <cstdint>

#include "trace/format.h"

namespace mallocop::trace {

enum class EventKind : uint8_t {
  kNone = 0,  // cancelled: a realloc that failed
  kAlloc = 1,
  kFree = 2,
  kReallocFree = 3,  // the two halves of a realloc that succeeded
  kReallocAlloc = 4,
  kCallBegin = 5,  // an operation's call
  kCallEnd = 6,
  kSizeHigh = 7,    // escape: the upper 32 bits of the next event's size
  kIterations = 8,  // escape: the call that the next event ends stands for so many iterations
};
inline constexpr uint8_t kLastEventKind = 8;

struct Event {
  uint64_t word;
  uint64_t data;

  static constexpr uint64_t kValueMask = (uint64_t{1} << 56) - 1;

  constexpr EventKind kind() const { return static_cast<EventKind>(word >> 56); }
  constexpr uint64_t value() const { return word & kValueMask; }
  constexpr uint64_t address() const { return value(); }
  constexpr StackId stack() const { return static_cast<StackId>(data); }
  constexpr uint32_t size() const { return static_cast<uint32_t>(data >> 32); }
  constexpr OperationId operation() const { return static_cast<OperationId>(value() >> 32); }
  constexpr uint32_t token() const { return static_cast<uint32_t>(word); }
  constexpr uint64_t ticks() const { return data; }
  constexpr bool is_proved() const { return data == 0; }

  static constexpr Event make(EventKind kind, uint64_t value, uint64_t data) {
    return {(static_cast<uint64_t>(kind) << 56) | (value & kValueMask), data};
  }
  static constexpr Event alloc(EventKind kind, uint64_t address, uint64_t size, StackId stack) {
    return make(kind, address, (size << 32) | stack);
  }
  static constexpr Event free(EventKind kind, uint64_t address, bool proved) {
    return make(kind, address, proved ? 0 : 1);
  }
  static constexpr Event call(EventKind kind, OperationId operation, uint32_t token, uint64_t ticks) {
    return make(kind, (uint64_t{operation} << 32) | token, ticks);
  }
};
static_assert(sizeof(Event) == 16);

// A size that needs the escape.
constexpr bool needs_size_escape(uint64_t size) { return (size >> 32) != 0; }

}  // namespace mallocop::trace
