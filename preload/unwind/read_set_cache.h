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
// Words are kept outermost first and compared from the end, innermost first, in blocks, without looking at the result
// of each, where all of them lie in the thread's own stack; on another stack (sigaltstack, a fiber) one by one, because
// there a word may only be read if those before it say that a walk would.
//
// One thread only, and only while it is busy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "preload/arch/x86_64.h"
#include "trace/format.h"

namespace mallocop::preload {

// Words that were read from a stack, outermost first: what each held, and where it lies from a base: the end of the
// thread's own stack, or, on another stack, the stack pointer at the call.
struct ReadWords {
  const uint64_t* values;
  const int32_t* offsets;
  size_t count;
};

// The number of the innermost word that differs, plus one; 0 if none does.
[[gnu::always_inline]] inline size_t find_difference(const ReadWords& words, uintptr_t base) {
  constexpr size_t kBlock = 8;
  const auto difference = [&](size_t word) {
    return words.values[word] ^ *reinterpret_cast<const uint64_t*>(base + static_cast<uintptr_t>(words.offsets[word]));
  };
  size_t left = words.count;
  for (; left >= kBlock; left -= kBlock) {
    uint64_t different = 0;
#pragma GCC unroll 8
    for (size_t index = 1; index <= kBlock; ++index) different |= difference(left - index);
    if (different != 0) [[unlikely]]
      break;
  }
  if (left < kBlock) {
    uint64_t different = 0;
    for (size_t word = 0; word < left; ++word) different |= difference(word);
    if (different == 0) [[likely]]
      return 0;
  }
  while (difference(left - 1) == 0) --left;
  return left;
}

class ReadSetCache {
 public:
  static constexpr size_t kMaxWords = 512;  // deeper stacks are not kept

  // kUnknownStack if the stack is not the one that followed the last one, the time before.
  [[gnu::always_inline]] trace::StackId find_next(const CallSite& site, uint32_t epoch, uintptr_t stack_high) {
    const size_t guess = guess_;
    if (!is_same(entries_[guess], site, epoch, stack_high)) return trace::kUnknownStack;
    latest_ = static_cast<uint16_t>(guess);
    guess_ = entries_[guess].next;
    return entries_[guess].stack;
  }

  // kUnknownStack if the stack is not in the set of `hash`, or not the same any more.
  trace::StackId find(const CallSite& site, uint32_t epoch, uintptr_t stack_high, uint64_t hash) {
    const size_t first = hash % kSets * kWays;
    for (size_t index = first; index < first + kWays; ++index) {
      if (!is_same(entries_[index], site, epoch, stack_high)) continue;
      follow(index);
      return entries_[index].stack;
    }
    return trace::kUnknownStack;
  }

  // Keeps a stack. `uses_frame_pointer`: a rule used the live one.
  void insert(const CallSite& site, uint32_t epoch, uint64_t hash, const ReadWords& words, bool own_stack,
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
                       .words_at = arena_end_,
                       .stack = stack,
                       .epoch = epoch,
                       .count = static_cast<uint16_t>(words.count),
                       .next = static_cast<uint16_t>(index),
                       .own_stack = own_stack,
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
    uint64_t words_at;  // number of the first word in the arena, counted from the beginning of time
    trace::StackId stack;
    uint32_t epoch;  // 0: empty
    uint16_t count;
    uint16_t next;  // the entry that was used after this one, last time
    bool own_stack;
    bool uses_frame_pointer;
  };

  bool is_kept(const Entry& entry) const { return arena_end_ - entry.words_at <= kArenaWords; }

  [[gnu::always_inline]] bool is_same(const Entry& entry, const CallSite& site, uint32_t epoch,
                                      uintptr_t stack_high) const {
    if (entry.return_address != site.return_address || entry.stack_pointer != site.stack_pointer ||
        entry.epoch != epoch || !is_kept(entry) ||
        (entry.uses_frame_pointer && entry.frame_pointer != site.frame_pointer))
      return false;
    const size_t first = entry.words_at % kArenaWords;
    const ReadWords words{values_ + first, offsets_ + first, entry.count};
    return entry.own_stack ? find_difference(words, stack_high) == 0 : is_same_in_order(words, site.stack_pointer);
  }
  static bool is_same_in_order(const ReadWords& words, uintptr_t base) {
    for (size_t left = words.count; left > 0; --left) {
      const uintptr_t at = base + static_cast<uintptr_t>(words.offsets[left - 1]);
      if (*reinterpret_cast<const uint64_t*>(at) != words.values[left - 1]) return false;
    }
    return true;
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
    latest_ = static_cast<uint16_t>(index);
    guess_ = entries_[index].next;
  }

  uint16_t latest_;
  uint16_t guess_;  // entries_[latest_].next
  uint64_t arena_end_;
  Entry entries_[kSets * kWays];
  uint64_t values_[kArenaWords];
  int32_t offsets_[kArenaWords];
};

}  // namespace mallocop::preload
