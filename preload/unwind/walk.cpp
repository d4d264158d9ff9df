#include "preload/unwind/walk.h"

namespace mallocop::preload {

// The rule of `frame` goes by the frame pointer: so does every frame since it was read.
void Walk::need_frame_pointer(const WalkPoint& point, size_t frame) {
  if (point.frame_pointer_at == 0) uses_frame_pointer_ = true;
  for (size_t index = frame_pointer_from_; index <= frame && index < count_; ++index)
    steps_[index].needs_frame_pointer = true;
}

WalkEnd Walk::run(const CallSite& site, RuleSource& rules, StackReader& stack, const LastStack& last, size_t joinable) {
  count_ = joined_ = word_count_ = frame_pointer_from_ = 0;
  uses_frame_pointer_ = false;
  WalkPoint point{site.return_address, site.stack_pointer, site.frame_pointer, 0};

  while (count_ < kMaxFrames) {
    while (joinable > 0 && last.point(joinable - 1).stack_pointer < point.stack_pointer) --joinable;
    if (joinable > 0) {
      const WalkPoint& other = last.point(joinable - 1);
      const bool needs_frame_pointer = last.needs_frame_pointer(joinable - 1);
      if (other.stack_pointer == point.stack_pointer && other.address == point.address &&
          (!needs_frame_pointer ||
           (other.frame_pointer == point.frame_pointer && other.frame_pointer_at == point.frame_pointer_at)) &&
          stack.is_own() && count_ + joinable <= kMaxFrames) {
        const size_t differs = last.find_difference(joinable - 1);
        if (differs == 0) {
          if (needs_frame_pointer) need_frame_pointer(point, count_);
          joined_ = joinable;
          return WalkEnd::kComplete;
        }
        joinable = differs - 1;
      }
    }

    const size_t frame = count_++;
    const Rule rule = rules.rule_of(point.address);
    frames_[frame] = {point.address, rule.module(), 0};
    Step& step = steps_[frame];
    step.point = point;
    step.needs_frame_pointer = false;
    const auto use_frame_pointer = [&] {
      if (point.frame_pointer_at != 0) add_word(point.frame_pointer_at, point.frame_pointer);
      need_frame_pointer(point, frame);
    };

    uintptr_t cfa = 0;
    uintptr_t saved_base = 0;
    step.words_end = static_cast<uint32_t>(word_count_);
    switch (rule.kind()) {
      case RuleKind::kStackPointer:
        saved_base = cfa = point.stack_pointer + static_cast<uintptr_t>(rule.cfa_offset());
        break;
      case RuleKind::kFramePointer:
        use_frame_pointer();
        saved_base = cfa = point.frame_pointer + static_cast<uintptr_t>(rule.cfa_offset());
        break;
      case RuleKind::kRealigned: {
        use_frame_pointer();
        const uintptr_t kept_at = point.frame_pointer + static_cast<uintptr_t>(rule.cfa_offset());
        if (kept_at < point.stack_pointer) return WalkEnd::kNeedsOracle;
        if (!stack.read(kept_at, cfa)) return WalkEnd::kUnreadable;
        add_word(kept_at, cfa);
        saved_base = point.frame_pointer;
        break;
      }
      case RuleKind::kOutermost:
        return WalkEnd::kComplete;
      case RuleKind::kComplex:
        return WalkEnd::kNeedsOracle;
      case RuleKind::kNoInformation:
      case RuleKind::kUnknown:
        return WalkEnd::kNoInformation;
    }
    if (cfa <= point.stack_pointer) return WalkEnd::kNeedsOracle;  // the stack goes on in another place, below this one
    if (!stack.read(cfa - sizeof cfa, point.address)) return WalkEnd::kUnreadable;
    add_word(cfa - sizeof cfa, point.address);
    if (rule.frame_pointer_saved()) {
      point.frame_pointer_at = saved_base + static_cast<uintptr_t>(rule.frame_pointer_offset());
      if (point.frame_pointer_at < point.stack_pointer || !stack.read(point.frame_pointer_at, point.frame_pointer))
        return WalkEnd::kUnreadable;
      frame_pointer_from_ = count_;
    }
    step.words_end = static_cast<uint32_t>(word_count_);
    if (point.address == 0) return WalkEnd::kComplete;  // the ABI's other mark of an outermost frame
    point.stack_pointer = cfa;
  }
  return WalkEnd::kTooDeep;
}

}  // namespace mallocop::preload
