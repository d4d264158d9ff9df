// How to step from one frame to its caller, as far as it can be said in one word.
//
// For most return addresses the caller's frame is found by a rule of three parts: the canonical frame address (CFA)
// is the stack pointer or the frame pointer plus a constant; the return address lies right below the CFA; and the
// caller's frame pointer is either still in its register or saved at a constant distance from the CFA. What does not
// fit (signal frames, expressions) is kComplex and is unwound by libunwind each time.
//
// One expression is so common that it has a kind of its own: a function that aligns its stack (a local with
// alignas(64), AVX) keeps the CFA in its frame, and the saved frame pointer lies at a distance from the frame pointer.
#pragma once

#include <cstdint>

#include "trace/format.h"

namespace mallocop::preload {

enum class RuleKind : uint8_t {
  kUnknown = 0,        // no rule yet
  kStackPointer = 1,   // CFA = stack pointer + cfa_offset
  kFramePointer = 2,   // CFA = frame pointer + cfa_offset
  kOutermost = 3,      // the thread began here
  kNoInformation = 4,  // no unwind information: the stack is truncated here
  kComplex = 5,        // libunwind must step
  kRealigned = 6,      // CFA = the word at frame pointer + cfa_offset
};

class Rule {
 public:
  constexpr Rule() = default;
  constexpr Rule(RuleKind kind, trace::ModuleIndex module) : word_(pack(kind, module)) {}

  // kComplex if the numbers do not fit.
  static constexpr Rule frame(RuleKind kind, trace::ModuleIndex module, int64_t cfa_offset, bool frame_pointer_saved,
                              int64_t frame_pointer_offset) {
    if (cfa_offset % 8 != 0 || frame_pointer_offset % 8 != 0 || !fits(cfa_offset / 8, kCfaBits) ||
        !fits(frame_pointer_offset / 8, kSavedBits))
      return Rule(RuleKind::kComplex, module);
    Rule rule(kind, module);
    rule.word_ |= static_cast<uint64_t>(frame_pointer_saved) << 3;
    rule.word_ |= (static_cast<uint64_t>(frame_pointer_offset / 8) & mask(kSavedBits)) << kSavedShift;
    rule.word_ |= (static_cast<uint64_t>(cfa_offset / 8) & mask(kCfaBits)) << kCfaShift;
    return rule;
  }

  constexpr RuleKind kind() const { return static_cast<RuleKind>(word_ & 7); }
  constexpr trace::ModuleIndex module() const { return static_cast<trace::ModuleIndex>(word_ >> 4); }
  constexpr bool frame_pointer_saved() const { return (word_ >> 3 & 1) != 0; }
  // From the CFA; kRealigned: from the frame pointer.
  constexpr int64_t frame_pointer_offset() const { return 8 * field(kSavedShift, kSavedBits); }
  constexpr int64_t cfa_offset() const { return 8 * field(kCfaShift, kCfaBits); }

  constexpr uint64_t word() const { return word_; }
  static constexpr Rule from_word(uint64_t word) {
    Rule rule;
    rule.word_ = word;
    return rule;
  }
  friend constexpr bool operator==(Rule, Rule) = default;

 private:
  //  63            36 35            20 19           4  3  2   0
  // +----------------+----------------+--------------+---+-----+
  // |  CFA offset / 8 | saved fp / 8  |    module    |fp?| kind|
  // +----------------+----------------+--------------+---+-----+
  static constexpr unsigned kSavedShift = 20, kSavedBits = 16, kCfaShift = 36, kCfaBits = 28;

  static constexpr uint64_t mask(unsigned bits) { return (uint64_t{1} << bits) - 1; }
  static constexpr bool fits(int64_t value, unsigned bits) {
    return value >= -(int64_t{1} << (bits - 1)) && value < (int64_t{1} << (bits - 1));
  }
  static constexpr uint64_t pack(RuleKind kind, trace::ModuleIndex module) {
    return static_cast<uint64_t>(kind) | (uint64_t{module} << 4);
  }
  constexpr int64_t field(unsigned shift, unsigned bits) const {
    return static_cast<int64_t>(word_ << (64 - shift - bits)) >> (64 - bits);
  }

  uint64_t word_ = 0;
};

}  // namespace mallocop::preload
