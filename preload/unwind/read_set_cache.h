// The stacks that a thread took lately, each with the words that prove it is the same stack again.
//
// Unwinding is a function of the registers at the call and of the few words that the rules read: return addresses, and
// saved frame pointers where a rule goes by one. So for a return address and a stack pointer the cache keeps those
// words, and the stack's id. If all of them hold what they held, the stack is the same; this is a proof and not a
// guess: the first word is one that a walk would read next, being equal it leads the walk to the second, and so on.
// The live frame pointer belongs to the key where a rule used it, and the epoch says that no rule was dropped since.
//
// Where to look first is a guess, and a guess costs nothing but time: a program mostly allocates in the same order as
// the last time, so each entry names the one that came after it. If that is not the one, the set that the call site
// hashes to is searched; stacks that begin at one call site are told apart by their innermost callers (Engine).
//
// Words are kept outermost first and compared from the end, innermost first: so a word is only read if those before it
// say that a walk would. In the thread's own stack that does not matter, on another one (sigaltstack, a fiber) it does.
//
// One thread only, and only while it is busy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "preload/arch/x86_64.h"
#include "trace/format.h"

namespace mallocop::preload {

// Words that were read from a stack, outermost first: what each held, and where it lies from a base.
struct ReadWords {
  const uint64_t* values;
  const int32_t* offsets;
  size_t count;
};

// The number of the innermost word that differs, plus one; 0 if none does.
[[gnu::always_inline]] inline size_t find_difference(const ReadWords& words, uintptr_t base) {
  const uint64_t* value = words.values + words.count;
  const int32_t* offset = words.offsets + words.count;
  const auto differs = [&](int word) {
    return *reinterpret_cast<const uint64_t*>(base + static_cast<uintptr_t>(offset[word])) != value[word];
  };
  const auto number = [&](int word) { return static_cast<size_t>(value + word + 1 - words.values); };
  for (; value - words.values >= 4; value -= 4, offset -= 4) {
    if (differs(-1)) [[unlikely]]
      return number(-1);
    if (differs(-2)) [[unlikely]]
      return number(-2);
    if (differs(-3)) [[unlikely]]
      return number(-3);
    if (differs(-4)) [[unlikely]]
      return number(-4);
  }
  for (; value != words.values; --value, --offset)
    if (differs(-1)) return number(-1);
  return 0;
}

class ReadSetCache {
 public:
  static constexpr size_t kMaxWords = 512;  // deeper stacks are not kept

  // kUnknownStack if the stack is not the one that followed the last one, the time before.
  [[gnu::always_inline]] trace::StackId find_next(const CallSite& site, uint32_t epoch) {
    const uint32_t guess = guess_;
    const Entry& entry = entries_[guess];
    if (!is_same(entry, site, epoch)) return trace::kUnknownStack;
    latest_ = guess;
    guess_ = entry.next;
    return entry.stack;
  }

  // kUnknownStack if the stack is not in the set of `hash`, or not the same any more.
  trace::StackId find(const CallSite& site, uint32_t epoch, uint64_t hash) {
    const size_t first = hash % kSets * kWays;
    for (size_t index = first; index < first + kWays; ++index) {
      if (!is_same(entries_[index], site, epoch)) continue;
      follow(index);
      return entries_[index].stack;
    }
    return trace::kUnknownStack;
  }

  // Keeps a stack whose words lie at offsets from `base`. `uses_frame_pointer`: a rule used the live one.
  void insert(const CallSite& site, uint32_t epoch, uint64_t hash, const ReadWords& words, uintptr_t base,
              bool uses_frame_pointer, trace::StackId stack) {
    if (words.count > kMaxWords) return;
    // A stack never wraps around the end of the arena: the rest of it is skipped.
    const size_t room = kArenaWords - arena_end_ % kArenaWords;
    if (room < words.count) arena_end_ += room;
    const size_t at = arena_end_ % kArenaWords;
    std::memcpy(values_ + at, words.values, words.count * sizeof values_[0]);
    std::memcpy(offsets_ + at, words.offsets, words.count * sizeof offsets_[0]);

    const size_t index = choose(hash % kSets * kWays);
    entries_[index] = {.return_address = site.return_address,
                       .stack_pointer = site.stack_pointer,
                       .frame_pointer = site.frame_pointer,
                       .base = base,
                       .words_at = arena_end_,
                       .stack = stack,
                       .epoch = epoch,
                       .count = static_cast<uint32_t>(words.count),
                       .next = static_cast<uint16_t>(index),
                       .uses_frame_pointer = uses_frame_pointer};
    arena_end_ += words.count;
    follow(index);
  }

  // Another thread takes over the state, with another stack.
  void forget() { arena_end_ += kArenaWords + 1; }

 private:
  static constexpr size_t kWays = 4;
  static constexpr size_t kSets = 256;
  static constexpr size_t kArenaWords = 16384;

  struct Entry {
    uintptr_t return_address;
    uintptr_t stack_pointer;
    uintptr_t frame_pointer;
    uintptr_t base;
    uint64_t words_at;  // number of the first word in the arena, counted from the beginning of time
    trace::StackId stack;
    uint32_t epoch;  // 0: empty
    uint32_t count;
    uint16_t next;  // the entry that was used after this one, last time
    bool uses_frame_pointer;
  };

  bool is_kept(const Entry& entry) const { return arena_end_ - entry.words_at <= kArenaWords; }

  [[gnu::always_inline]] bool is_same(const Entry& entry, const CallSite& site, uint32_t epoch) const {
    if (entry.return_address != site.return_address || entry.stack_pointer != site.stack_pointer ||
        entry.epoch != epoch || !is_kept(entry) ||
        (entry.uses_frame_pointer && entry.frame_pointer != site.frame_pointer))
      return false;
    const size_t first = entry.words_at % kArenaWords;
    return find_difference({values_ + first, offsets_ + first, entry.count}, entry.base) == 0;
  }

  // The entry of a set that is given up: an empty one, or else the oldest.
  size_t choose(size_t first) const {
    size_t oldest = first;
    for (size_t index = first; index < first + kWays; ++index) {
      if (entries_[index].epoch == 0) return index;
      if (entries_[index].words_at < entries_[oldest].words_at) oldest = index;
    }
    return oldest;
  }

  void follow(size_t index) {
    entries_[latest_].next = static_cast<uint16_t>(index);
    latest_ = static_cast<uint32_t>(index);
    guess_ = entries_[index].next;
  }

  uint32_t latest_;
  uint32_t guess_;  // entries_[latest_].next
  uint64_t arena_end_;
  Entry entries_[kSets * kWays];
  uint64_t values_[kArenaWords];
  int32_t offsets_[kArenaWords];
};

}  // namespace mallocop::preload
