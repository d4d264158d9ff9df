// The stack that a thread walked last, frame by frame, with the words that lead from each frame to the next.
//
// The next stack to be walked mostly differs from it in a few inner frames. If the walk comes to a frame of the last
// stack (the same return address at the same stack pointer), and all words that were read from there outwards still
// hold what they held, then the rest of the walk would come out the same: it is *joined* instead of walked. This is the
// proof of the read-set cache, applied to a part of a stack.
//
// The frame pointer needs care. Where a rule outside of the frame goes by a frame pointer that was read inside of it,
// the frame can only be joined if the walk has read the same frame pointer at the same place.
//
// Only stacks that lie wholly in the thread's own stack are kept. Frames and words are kept outermost first, so that
// what was joined stays where it is. One thread only, and only while it is busy.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/stack_table.h"
#include "preload/unwind/read_set_cache.h"

namespace mallocop::preload {

inline constexpr size_t kMaxFrames = 4096;  // deeper stacks are truncated
inline constexpr size_t kMaxWalkWords = 3 * kMaxFrames;

// Where a walk stands: what the step from this frame to the next depends on.
struct WalkPoint {
  uintptr_t address;  // the return address
  uintptr_t stack_pointer;
  uintptr_t frame_pointer;
  uintptr_t frame_pointer_at;  // where it was read; 0: it is the live register
};

class LastStack {
 public:
  // How many frames can be joined, at most.
  size_t depth(uint32_t epoch) const { return epoch == epoch_ ? depth_ : 0; }

  const WalkPoint& point(size_t frame) const { return frames_[frame].point; }
  const StackRef& stack(size_t frame) const { return frames_[frame].stack; }

  // Whether the steps from `frame` outwards depend on a frame pointer that was read before it.
  bool needs_frame_pointer(size_t frame) const { return frames_[frame].needs_frame_pointer; }

  // 0 if everything from `frame` outwards is as it was, else the number of a frame, plus one, whose step reads a word
  // that differs: no frame inside of it can be joined, nor itself.
  size_t find_difference(size_t frame) const {
    size_t word = frames_[frame].words_end;
    while (word > 0 && !words_[word - 1].differs()) --word;
    if (word == 0) return 0;
    while (frame > 0 && frames_[frame - 1].words_end >= word) --frame;
    return frame + 1;
  }

  // All words, as the read-set cache wants them.
  ReadWords words() const { return {words_, word_count_}; }

  // Building: first what stays, then frame by frame, inwards.
  void keep(size_t depth, uint32_t epoch) {
    depth_ = depth;
    epoch_ = epoch;
    word_count_ = depth == 0 ? 0 : frames_[depth - 1].words_end;
  }
  void forget() { depth_ = 0; }
  void add_word(const ReadWord& word) { words_[word_count_++] = word; }
  void add_frame(const WalkPoint& point, bool needs_frame_pointer, const StackRef& stack) {
    frames_[depth_++] = {point, stack, static_cast<uint32_t>(word_count_), needs_frame_pointer};
  }

 private:
  struct Frame {
    WalkPoint point;
    StackRef stack;
    uint32_t words_end;  // of the words that lie outside of the frame, and its own
    bool needs_frame_pointer;
  };

  uint32_t epoch_;
  size_t depth_;
  size_t word_count_;
  Frame frames_[kMaxFrames];
  ReadWord words_[kMaxWalkWords];
};

}  // namespace mallocop::preload
