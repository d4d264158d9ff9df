// The stacks that a thread took lately, each with the words that prove it is the same stack again.
//
// Unwinding is a function of the registers at the call and of the few words that the rules read: return addresses, and
// saved frame pointers where a rule goes by one. So for a return address and a stack pointer the cache keeps those
// words, in the order in which they were read, and the stack's id. If all of them hold what they held, the stack is
// the same; this is a proof and not a guess: the first word is one that a walk would read next, being equal it leads
// the walk to the second, and so on. The live frame pointer belongs to the key where a rule used it, and the epoch
// says that no rule was dropped since.
//
// Words are compared in blocks, without looking at the result of each, where all of them lie in the thread's own
// stack; on another stack (sigaltstack, a fiber) one by one, because there a word may only be read if those before it
// say that a walk would.
//
// One thread only, and only while it is busy.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/arch/x86_64.h"
#include "trace/format.h"

namespace mallocop::preload {

class ReadSetCache {
 public:
  // kUnknownStack if the stack is not in the cache, or not the same any more.
  [[gnu::always_inline]] trace::StackId find(const CallSite& site, uint32_t epoch) const {
    const Entry& entry = entries_[index_of(site)];
    if (entry.return_address != site.return_address || entry.stack_pointer != site.stack_pointer ||
        entry.epoch != epoch || arena_end_ - entry.words_at > kArenaWords ||
        (entry.uses_frame_pointer && entry.frame_pointer != site.frame_pointer))
      return trace::kUnknownStack;
    const size_t first = entry.words_at % kArenaWords;
    if (!(entry.own_stack ? all_equal(first, entry.count, site.stack_pointer)
                          : all_equal_in_order(first, entry.count, site.stack_pointer)))
      return trace::kUnknownStack;
    return entry.stack;
  }

  // A walk reports what it reads, then what came out.
  void begin(const CallSite& site) {
    // A stack never wraps around the end of the arena: the rest of it is skipped.
    if (kArenaWords - arena_end_ % kArenaWords < kMaxWords) arena_end_ += kArenaWords - arena_end_ % kArenaWords;
    pending_ = {};
    pending_.return_address = site.return_address;
    pending_.stack_pointer = site.stack_pointer;
    pending_.frame_pointer = site.frame_pointer;
    pending_.words_at = arena_end_;
    fits_ = true;
  }
  void add(uintptr_t address, uint64_t value) {
    const uintptr_t distance = address - pending_.stack_pointer;
    if (pending_.count == kMaxWords || distance > UINT32_MAX) {
      fits_ = false;
      return;
    }
    const size_t at = arena_end_ % kArenaWords + pending_.count++;
    values_[at] = value;
    distances_[at] = static_cast<uint32_t>(distance);
  }
  void use_frame_pointer() { pending_.uses_frame_pointer = true; }
  void commit(trace::StackId stack, bool own_stack, uint32_t epoch) {
    if (!fits_ || stack == trace::kUnknownStack) return;
    arena_end_ += pending_.count;
    pending_.stack = stack;
    pending_.own_stack = own_stack;
    pending_.epoch = epoch;
    entries_[index_of({pending_.return_address, pending_.stack_pointer, 0})] = pending_;
  }

 private:
  static constexpr size_t kEntries = 512;
  static constexpr size_t kArenaWords = 8192;
  static constexpr size_t kMaxWords = 512;
  static constexpr size_t kBlock = 8;

  struct Entry {
    uintptr_t return_address;
    uintptr_t stack_pointer;
    uintptr_t frame_pointer;
    uint64_t words_at;  // number of the first word in the arena, counted from the beginning of time
    trace::StackId stack;
    uint32_t epoch;
    uint16_t count;
    bool own_stack;
    bool uses_frame_pointer;
  };

  static size_t index_of(const CallSite& site) {
    const uint64_t mixed = (site.return_address ^ (site.stack_pointer << 20)) * 0x9e3779b97f4a7c15;
    return static_cast<size_t>(mixed >> 40) % kEntries;
  }
  uint64_t difference(size_t word, uintptr_t base) const {
    return values_[word] ^ *reinterpret_cast<const uint64_t*>(base + distances_[word]);
  }
  bool all_equal(size_t first, size_t count, uintptr_t base) const {
    const size_t end = first + count;
    size_t word = first;
    for (; word + kBlock <= end; word += kBlock) {
      uint64_t different = 0;
#pragma GCC unroll 8
      for (size_t index = 0; index < kBlock; ++index) different |= difference(word + index, base);
      if (different != 0) return false;
    }
    uint64_t different = 0;
    for (; word < end; ++word) different |= difference(word, base);
    return different == 0;
  }
  bool all_equal_in_order(size_t first, size_t count, uintptr_t base) const {
    for (size_t word = first; word < first + count; ++word)
      if (difference(word, base) != 0) return false;
    return true;
  }

  Entry entries_[kEntries];
  uint64_t arena_end_;
  Entry pending_;
  bool fits_;
  uint64_t values_[kArenaWords];
  uint32_t distances_[kArenaWords];  // bytes above the stack pointer
};

}  // namespace mallocop::preload
