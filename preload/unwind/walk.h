// A stack, frame by frame, by the rules of its return addresses: the way from a call site outwards.
//
// A walk notes every word that it reads, because these words prove later that the stack is the same again; and it stops
// early where it comes to a frame of the thread's last stack from which on nothing has changed (LastStack).
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/arch/x86_64.h"
#include "preload/unwind/last_stack.h"
#include "preload/unwind/oracle.h"
#include "preload/unwind/rule_table.h"
#include "preload/unwind/stack_reader.h"

namespace mallocop::preload {

// Rules by address, from the table or, the first time, from the oracle.
class RuleSource {
 public:
  RuleSource(RuleTable& table, Oracle& oracle, OracleStack& stack) : table_(table), oracle_(oracle), stack_(stack) {}
  Rule rule_of(uintptr_t return_address) {
    const Rule known = table_.find(return_address);
    return known.kind() != RuleKind::kUnknown ? known : ask(return_address);
  }

 private:
  [[gnu::noinline]] Rule ask(uintptr_t return_address) {
    const Rule rule = oracle_.probe(stack_, return_address);
    // Code outside every module (a JIT's) comes and goes without a word: what is said of it is not kept.
    if (rule.module() != trace::kNoModule) table_.insert(return_address, rule);
    return rule;
  }
  RuleTable& table_;
  Oracle& oracle_;
  OracleStack& stack_;
};

enum class WalkEnd {
  kComplete,
  kNoInformation,  // truncated: code without unwind information
  kTooDeep,        // truncated at kMaxFrames
  kUnreadable,     // truncated: the unwind information leads out of the stack
  kNeedsOracle,    // a frame that no rule describes, or a stack that goes on below itself
};

// The memory of a walk, and what came out, innermost first.
class Walk {
 public:
  // `joinable`: how many frames of `last` may be joined.
  WalkEnd run(const CallSite& site, RuleSource& rules, StackReader& stack, const LastStack& last, size_t joinable);

  size_t count() const { return count_; }
  size_t joined() const { return joined_; }                        // frames of the last stack that follow, outwards
  bool uses_frame_pointer() const { return uses_frame_pointer_; }  // the live one

  const StackFrame& frame(size_t index) const { return frames_[index]; }
  StackFrame& frame(size_t index) { return frames_[index]; }
  StackFrame* frames() { return frames_; }
  const WalkPoint& point(size_t index) const { return steps_[index].point; }
  bool needs_frame_pointer(size_t index) const { return steps_[index].needs_frame_pointer; }

  // The words that the step from a frame read are those below `words_end` of it.
  size_t words_end(size_t index) const { return steps_[index].words_end; }
  const ReadWord& word(size_t index) const { return words_[index]; }

 private:
  struct Step {
    WalkPoint point;
    uint32_t words_end;
    bool needs_frame_pointer;
  };

  void add_word(uintptr_t address, uint64_t value) {
    words_[word_count_++] = {value, reinterpret_cast<const uint64_t*>(address)};
  }
  void need_frame_pointer(const WalkPoint& point, size_t frame);

  size_t count_;
  size_t joined_;
  size_t word_count_;
  size_t frame_pointer_from_;  // frames from here on have the frame pointer of the one before
  bool uses_frame_pointer_;
  StackFrame frames_[kMaxFrames];
  Step steps_[kMaxFrames];
  ReadWord words_[kMaxWalkWords];
};

}  // namespace mallocop::preload
