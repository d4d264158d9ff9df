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

// A word that was read from a stack: where, and what it held.
struct ReadWord {
  uint64_t value;
  const uint64_t* address;

  bool differs() const { return *address != value; }
};

// Outermost first.
struct ReadWords {
  const ReadWord* first;
  size_t count;
};

class ReadSetCache {
 public:
  static constexpr size_t kMaxWords = 512;  // deeper stacks are not kept

  // False if the stack is not the one that followed the last one, the time before.
  [[gnu::always_inline]] bool find_next(const CallSite& site, uint32_t epoch, trace::StackId& stack) {
    Entry* const guess = latest_->next;
    if (!is_same(*guess, site, epoch)) return false;
    latest_ = guess;
    stack = guess->stack;
    return true;
  }

  // The same for the last stack itself: a loop inside a larger one. The guess is given up for it only if it goes on so.
  bool find_again(const CallSite& site, uint32_t epoch, trace::StackId& stack) {
    constexpr uint32_t kLongRun = 16;
    if (!is_same(*latest_, site, epoch)) return false;
    if (++repeats_ % kLongRun == 0) latest_->next = latest_;
    stack = latest_->stack;
    return true;
  }

  // kUnknownStack if the stack is not in the set of `hash`, or not the same any more.
  trace::StackId find(const CallSite& site, uint32_t epoch, uint64_t hash) {
    Entry* const set = entries_ + hash % kSets * kWays;
    for (Entry* entry = set; entry != set + kWays; ++entry) {
      if (!is_same(*entry, site, epoch)) continue;
      follow(*entry);
      return entry->stack;
    }
    return trace::kUnknownStack;
  }

  // Keeps a stack. `uses_frame_pointer`: a rule used the live one.
  void insert(const CallSite& site, uint32_t epoch, uint64_t hash, const ReadWords& words, bool uses_frame_pointer,
              trace::StackId stack) {
    if (words.count == 0 || words.count > kMaxWords) return;
    // A whole number of blocks: the outermost word is compared more than once.
    const size_t padding = (kBlock - words.count % kBlock) % kBlock;
    // A stack never wraps around the end of the arena: the rest of it is skipped.
    const size_t room = kArenaWords - arena_end_ % kArenaWords;
    if (room < padding + words.count) arena_end_ += room;
    ReadWord* const at = arena_ + arena_end_ % kArenaWords;
    for (size_t word = 0; word < padding; ++word) at[word] = words.first[0];
    std::memcpy(at + padding, words.first, words.count * sizeof at[0]);
    arena_end_ += padding + words.count;

    Entry& entry = choose(hash % kSets * kWays);
    entry = {.return_address = site.return_address,
             .stack_pointer = site.stack_pointer,
             .frame_pointer = site.frame_pointer,
             .words = at,
             .kept_until = arena_end_ - padding - words.count + kArenaWords,
             .next = &entry,
             .stack = stack,
             .epoch = epoch,
             .word_count = static_cast<uint32_t>(padding + words.count),
             .uses_frame_pointer = uses_frame_pointer};
    follow(entry);
  }

  // Makes zero-filled memory a cache, and an old cache an empty one: another thread takes over, with another stack.
  void start() {
    arena_end_ += kArenaWords + 1;
    if (latest_ == nullptr) latest_ = entries_;
    if (latest_->next == nullptr) latest_->next = entries_;
  }

 private:
  static constexpr size_t kWays = 4;
  static constexpr size_t kSets = 256;
  static constexpr size_t kArenaWords = 16384;
  static constexpr size_t kBlock = 4;

  struct alignas(64) Entry {
    uintptr_t return_address;
    uintptr_t stack_pointer;
    uintptr_t frame_pointer;
    const ReadWord* words;
    uint64_t kept_until;  // the arena's end, counted from the beginning of time, when the words are overwritten
    Entry* next;          // the entry that was used after this one, last time; null in one that was never used
    trace::StackId stack;
    uint32_t epoch;       // 0: empty
    uint32_t word_count;  // a multiple of kBlock, not 0
    bool uses_frame_pointer;
  };
  static_assert(sizeof(Entry) == 64);

  [[gnu::always_inline]] bool is_same(const Entry& entry, const CallSite& site, uint32_t epoch) const {
    if (entry.return_address != site.return_address || entry.stack_pointer != site.stack_pointer ||
        entry.epoch != epoch || arena_end_ > entry.kept_until ||
        (entry.uses_frame_pointer && entry.frame_pointer != site.frame_pointer))
      return false;
    const ReadWord* word = entry.words + entry.word_count;
    do {
      if (word[-1].differs() || word[-2].differs() || word[-3].differs() || word[-4].differs()) return false;
      word -= kBlock;
    } while (word != entry.words);
    return true;
  }

  // The entry of a set that is given up: an empty one, or else the oldest.
  Entry& choose(size_t first) {
    Entry* oldest = entries_ + first;
    for (Entry* entry = oldest; entry != entries_ + first + kWays; ++entry) {
      if (entry->epoch == 0) return *entry;
      if (entry->kept_until < oldest->kept_until) oldest = entry;
    }
    return *oldest;
  }

  void follow(Entry& entry) {
    latest_->next = &entry;
    latest_ = &entry;
  }

  Entry* latest_;
  uint32_t repeats_;  // of find_again
  uint64_t arena_end_;
  Entry entries_[kSets * kWays];
  ReadWord arena_[kArenaWords];
};

}  // namespace mallocop::preload
