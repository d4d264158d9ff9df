// One event of a thread's ring: 16 bytes, written by the thread itself.
//
//      63  60 59        48 47                                                     0
//     +------+------------+-------------------------------------------------------+
//     | kind | stamp, low |                  the block's address                  |  alloc, free
//     | kind |      operation id (24 bits, from bit 32)      |  token (32 bits)    |  call begin, call end
//     | kind |                          a number (60 bits)                        |  the escapes
//     +------+---+--------+---------------+-----------------------+---------------+
//     | stamp, high (16)  |  requested size (24 bits)  |      stack id (24 bits)   |  alloc
//     |                 stamp, as a whole                               | unproved |  free
//     |                          time stamp, in ticks                              |  call begin, call end
//     +----------------------------------------------------------------------------+
//
// A free of a block that its thread cannot prove to be its own (another thread may have freed it meanwhile, and the
// address come back) is marked: the fold must not pair it with an allocation of its own window. While a process has
// several threads, the stamp (28 bits) tells the events at one address apart: it is the number of unproved frees in the
// address's bucket so far, so that what happens at an address after such a free has a larger one (preload/ownership.h).
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
  kSizeHigh = 7,    // escape: the upper bits of the next event's size
  kIterations = 8,  // escape: the call that the next event ends stands for so many iterations
};
inline constexpr uint8_t kLastEventKind = 8;

struct Event {
  uint64_t word;
  uint64_t data;

  static constexpr unsigned kKindShift = 60, kAddressBits = 48, kStampBits = 28, kSizeBits = 24, kStackBits = 24;
  static constexpr uint64_t kValueMask = (uint64_t{1} << kKindShift) - 1;
  static constexpr uint64_t kAddressMask = (uint64_t{1} << kAddressBits) - 1;
  static constexpr uint32_t kStampMask = (1U << kStampBits) - 1;
  static constexpr uint64_t kSizeMask = (uint64_t{1} << kSizeBits) - 1;

  constexpr EventKind kind() const { return static_cast<EventKind>(word >> kKindShift); }
  constexpr uint64_t value() const { return word & kValueMask; }
  constexpr uint64_t address() const { return word & kAddressMask; }
  constexpr StackId stack() const { return static_cast<StackId>(data & ((1U << kStackBits) - 1)); }
  constexpr uint64_t size() const { return data >> kStackBits & kSizeMask; }  // without what an escape adds
  constexpr uint32_t alloc_stamp() const {
    return static_cast<uint32_t>(data >> 48 << kLowStampBits | (word >> kAddressBits & kLowStampMask));
  }
  constexpr bool is_proved() const { return (data & 1) == 0; }
  constexpr uint32_t free_stamp() const { return static_cast<uint32_t>(data >> 1) & kStampMask; }
  constexpr OperationId operation() const { return static_cast<OperationId>(value() >> 32) % kMaxOperations; }
  constexpr uint32_t token() const { return static_cast<uint32_t>(word); }
  constexpr uint64_t ticks() const { return data; }

  static constexpr Event make(EventKind kind, uint64_t value, uint64_t data) {
    return {(static_cast<uint64_t>(kind) << kKindShift) | (value & kValueMask), data};
  }
  // The lower bits of `size`; needs_size_escape() says whether there are more.
  static constexpr Event alloc(EventKind kind, uint64_t address, uint64_t size, StackId stack, uint32_t stamp = 0) {
    return make(kind, (address & kAddressMask) | ((stamp & kLowStampMask) << kAddressBits),
                (uint64_t{stamp >> kLowStampBits} << 48) | ((size & kSizeMask) << kStackBits) | stack);
  }
  // What stands before the alloc of a large block.
  static constexpr Event size_escape(uint64_t size) { return make(EventKind::kSizeHigh, size >> kSizeBits, 0); }
  static constexpr Event free(EventKind kind, uint64_t address, bool proved, uint32_t stamp = 0) {
    return make(kind, address & kAddressMask, (uint64_t{stamp & kStampMask} << 1) | (proved ? 0 : 1));
  }
  static constexpr Event call(EventKind kind, OperationId operation, uint32_t token, uint64_t ticks) {
    return make(kind, (uint64_t{operation} << 32) | token, ticks);
  }

 private:
  static constexpr unsigned kLowStampBits = 12;
  static constexpr uint64_t kLowStampMask = (uint64_t{1} << kLowStampBits) - 1;
};
static_assert(sizeof(Event) == 16);

// A size that needs the escape.
constexpr bool needs_size_escape(uint64_t size) { return size > Event::kSizeMask; }

}  // namespace mallocop::trace
