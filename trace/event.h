// One event of a thread's ring: 16 bytes, written by the thread itself.
//
//      63  60 59        48 47                                                     0
//     +------+------------+-------------------------------------------------------+
//     | kind |  repeats   |                  the block's address                  |  alloc, pair
//     | kind |     0      |                  the block's address                  |  free
//     | kind |      operation id (24 bits, from bit 32)      |  token (32 bits)    |  call begin, call end, call (token
//     0) | kind |                          a number (60 bits)                        |  the escapes
//     +------+---+--------+---------------+-----------------------+---------------+
//     |    stamp (16)     |  requested size (24 bits)  |      stack id (24 bits)   |  alloc, pair
//     | partner (16)      |        0         |        stamp (28)       | unproved |  free
//     |                          time stamp, in ticks                              |  call begin, call end
//     |                           duration, in ticks                               |  call
//     | around (16)   |              stack pointer                                 |  entry
//     |                           requested bytes                                  |  others
//     |                                   stamp                                    |  wide
//     +----------------------------------------------------------------------------+
//
// A *pair* is an allocation whose block was freed by the very next event of its thread: the free turns the allocation's
// event into a pair, by one store. The next allocation that has the same size and stack turns it into an allocation
// again and counts the pair in `repeats`. So a loop that allocates and frees fills no ring.
//
// A *call* began and ended with no event in between: its end turns the begin into it.
//
// An *entry* is a function that was entered, with the stack pointer at its first instruction, and how many calls of the
// same operation are around it: have a frame on the stack. The next entry of the same function at the same stack
// pointer, with as many around it and no event in between, is counted in `repeats`.
//
// A *switch* says which of the thread's coroutines runs from here on.
//
// A free of a block that its thread cannot prove to be its own (another thread may have freed it meanwhile, and the
// address come back) is marked: the fold must not pair it with an allocation of its own window. While a process has
// several threads, the stamp (28 bits) tells the events at one address apart: it is the number of unproved frees in the
// address's bucket so far, so that what happens at an address after such a free has a larger one (preload/ownership.h).
// A free that knows its allocation's event in the same window has the index of that event, plus one, as its partner; 0
// says nothing.
//
// An escape holds what does not fit into the event right after it. A ring never splits the two.
#pragma once

#include <atomic>
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
  kWide = 7,        // escape: the next event's size, and its stamp
  kIterations = 8,  // escape: the call that the next event ends stands for so many iterations
  kPair = 9,        // an allocation and its free
  kCall = 10,       // a call's begin and its end
  kEntry = 11,      // a function of an operation is entered: a call that ends when its frame is gone
  kSwitch = 12,     // another coroutine runs
  kOthers = 13,     // escape: what other threads allocated during the call that the next event ends
};
inline constexpr uint8_t kLastEventKind = 13;

struct Event {
  uint64_t word;
  uint64_t data;

  static constexpr unsigned kKindShift = 60, kAddressBits = 48, kStampBits = 28, kSizeBits = 24, kStackBits = 24;
  static constexpr uint64_t kValueMask = (uint64_t{1} << kKindShift) - 1;
  static constexpr uint64_t kAddressMask = (uint64_t{1} << kAddressBits) - 1;
  static constexpr uint64_t kOneRepeat = uint64_t{1} << kAddressBits;
  static constexpr uint32_t kMostRepeats = 0xfff;
  static constexpr uint64_t kRepeatsMask = kValueMask & ~kAddressMask;
  static constexpr uint32_t kStampMask = (1U << kStampBits) - 1;
  // An alloc that has these is wide: both its size and its stamp are in an escape.
  static constexpr uint64_t kWideSize = (uint64_t{1} << kSizeBits) - 1;
  static constexpr uint32_t kWideStamp = 0xffff;
  // Calls around an entry: it is not known how many.
  static constexpr uint32_t kUnknownAround = 0xffff;

  constexpr EventKind kind() const { return static_cast<EventKind>(word >> kKindShift); }
  constexpr uint64_t value() const { return word & kValueMask; }
  constexpr uint64_t address() const { return word & kAddressMask; }
  constexpr uint32_t repeats() const { return static_cast<uint32_t>((word & kRepeatsMask) >> kAddressBits); }
  constexpr StackId stack() const { return static_cast<StackId>(data & ((1U << kStackBits) - 1)); }
  constexpr bool is_wide() const { return (data >> kStackBits & kWideSize) == kWideSize; }
  constexpr uint64_t size() const { return data >> kStackBits & kWideSize; }            // unless wide
  constexpr uint32_t alloc_stamp() const { return static_cast<uint32_t>(data >> 48); }  // unless wide
  constexpr bool is_proved() const { return (data & 1) == 0; }
  constexpr uint32_t free_stamp() const { return static_cast<uint32_t>(data >> 1) & kStampMask; }
  constexpr uint32_t partner() const { return static_cast<uint32_t>(data >> 48); }
  constexpr OperationId operation() const { return static_cast<OperationId>(value() >> 32) % kMaxOperations; }
  constexpr uint32_t token() const { return static_cast<uint32_t>(word); }
  constexpr uint64_t ticks() const { return data; }
  constexpr uint32_t entry_repeats() const { return static_cast<uint32_t>(word); }
  constexpr uint64_t stack_pointer() const { return data & kAddressMask; }
  constexpr uint32_t around() const { return static_cast<uint32_t>(data >> kAddressBits); }

  static constexpr Event make(EventKind kind, uint64_t value, uint64_t data) {
    return {(static_cast<uint64_t>(kind) << kKindShift) | (value & kValueMask), data};
  }
  // What an alloc's word is before any repeats. Addresses of this processor's user space have 47 bits.
  static constexpr uint64_t alloc_word(uint64_t address) {
    return (static_cast<uint64_t>(EventKind::kAlloc) << kKindShift) | address;
  }
  // needs_escape() says whether wide(size, stamp) must stand before it.
  static constexpr Event alloc(EventKind kind, uint64_t address, uint64_t size, StackId stack, uint32_t stamp = 0) {
    if (size >= kWideSize || stamp >= kWideStamp) {
      size = kWideSize;
      stamp = kWideStamp;
    }
    return make(kind, address & kAddressMask, (uint64_t{stamp} << 48) | (size << kStackBits) | stack);
  }
  static constexpr Event wide(uint64_t size, uint32_t stamp) {
    return make(EventKind::kWide, size, stamp & kStampMask);
  }
  static constexpr Event free(EventKind kind, uint64_t address, bool proved, uint32_t stamp = 0, uint32_t partner = 0) {
    return make(kind, address & kAddressMask,
                (uint64_t{partner} << 48) | (uint64_t{stamp & kStampMask} << 1) | (proved ? 0 : 1));
  }
  static constexpr Event call(EventKind kind, OperationId operation, uint32_t token, uint64_t ticks) {
    return make(kind, (uint64_t{operation} << 32) | token, ticks);
  }
  static constexpr Event entry(OperationId operation, uint64_t stack_pointer, uint32_t around = 0) {
    return make(EventKind::kEntry, uint64_t{operation} << 32, (uint64_t{around} << kAddressBits) | stack_pointer);
  }
};
static_assert(sizeof(Event) == 16);

constexpr bool needs_escape(uint64_t size, uint32_t stamp) {
  return size >= Event::kWideSize || stamp >= Event::kWideStamp;
}

// A ring's owner stores, other threads of the process may load meanwhile (preload/ring_totals.h). Each half is one
// plain instruction; whoever needs both halves of one event waits until it is published.
inline void store_word(Event& place, uint64_t word) {
  std::atomic_ref<uint64_t>(place.word).store(word, std::memory_order_relaxed);
}
inline void store_data(Event& place, uint64_t data) {
  std::atomic_ref<uint64_t>(place.data).store(data, std::memory_order_relaxed);
}
[[gnu::always_inline]] inline void store_event(Event& place, const Event& event) {
  store_word(place, event.word);
  store_data(place, event.data);
}
inline Event load_event(Event& place) {
  return {std::atomic_ref<uint64_t>(place.word).load(std::memory_order_relaxed),
          std::atomic_ref<uint64_t>(place.data).load(std::memory_order_relaxed)};
}

// The two steps that keep pairs out of a ring; each is one store to the last event, and false if it does not apply.
//
// The last event was the pair of an allocation like this one: it becomes the new allocation, and the pair is counted.
[[gnu::always_inline]] inline bool allocate_again(Event& last, const Event& allocation) {
  if (last.data != allocation.data || last.kind() != EventKind::kPair || last.repeats() == Event::kMostRepeats)
    return false;
  store_word(last, (allocation.word | (last.word & Event::kRepeatsMask)) + Event::kOneRepeat);
  return true;
}
// The last event allocated the block that is freed now.
[[gnu::always_inline]] inline bool free_at_once(Event& last, uint64_t address) {
  if ((last.word & ~Event::kRepeatsMask) != Event::alloc_word(address)) return false;
  constexpr uint64_t kDifference = static_cast<uint64_t>(EventKind::kAlloc) ^ static_cast<uint64_t>(EventKind::kPair);
  store_word(last, last.word ^ (kDifference << Event::kKindShift));
  return true;
}
// The last event was an entry like this one.
[[gnu::always_inline]] inline bool enter_again(Event& last, const Event& entry) {
  constexpr uint64_t kMostRepeats = 0xffffffff;
  if ((last.word & ~kMostRepeats) != entry.word || last.data != entry.data ||
      (last.word & kMostRepeats) == kMostRepeats)
    return false;
  store_word(last, last.word + 1);
  return true;
}
// The last event began the call that ends now; `call` is such an event's value. A kill between the two stores leaves an
// open call, which has no duration.
[[gnu::always_inline]] inline bool end_at_once(Event& last, uint64_t call, uint64_t ticks) {
  if (last.word != Event::make(EventKind::kCallBegin, call, 0).word) return false;
  store_data(last, ticks > last.data ? ticks - last.data : 0);
  constexpr uint64_t kTokenMask = 0xffffffff;
  std::atomic_ref<uint64_t>(last.word).store(Event::make(EventKind::kCall, call & ~kTokenMask, 0).word,
                                             std::memory_order_release);
  return true;
}

}  // namespace mallocop::trace
