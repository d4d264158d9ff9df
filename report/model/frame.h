// Frames and stacks of a Profile. Stacks share most of their frames: each distinct frame is there once, and a stack is
// a list of indices. StackFrames lets a reader forget about that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace mallocop::report {

// One frame of a stack. Empty texts: not known.
struct Frame {
  std::string function;  // demangled; "" if there is no symbol
  std::string file;      // as the debug information has it
  uint32_t line = 0;     // 0: not known
  std::string module;    // path of the executable or library
  uint64_t address = 0;  // in the process: of the call itself, so the return address minus one
  uint64_t offset = 0;   // the same, relative to the module's link address
  bool inlined = false;  // has no frame of its own on the stack: the next one in the list does
};

using FrameIndex = uint32_t;  // into a list of distinct frames

struct Stack {
  std::vector<FrameIndex> frames;  // into Profile::frames, innermost first
  bool truncated = false;          // more frames were there, which could not be taken
};

// The frames of one stack, innermost first. Valid as long as the lists it was made from stay as they are.
class StackFrames {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Frame;
    using difference_type = std::ptrdiff_t;
    using pointer = const Frame*;
    using reference = const Frame&;

    Iterator() = default;
    Iterator(const FrameIndex* at, const Frame* frames) : at_(at), frames_(frames) {}

    reference operator*() const { return frames_[*at_]; }
    pointer operator->() const { return &frames_[*at_]; }
    Iterator& operator++() { return ++at_, *this; }
    Iterator operator++(int) { return {at_++, frames_}; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const FrameIndex* at_ = nullptr;
    const Frame* frames_ = nullptr;
  };

  StackFrames() = default;
  // Every index must be one of `frames`.
  StackFrames(std::span<const FrameIndex> indices, std::span<const Frame> frames)
      : indices_(indices), frames_(frames.data()) {}

  size_t size() const { return indices_.size(); }
  bool empty() const { return indices_.empty(); }
  const Frame& operator[](size_t position) const { return frames_[indices_[position]]; }
  Iterator begin() const { return {indices_.data(), frames_}; }
  Iterator end() const { return {indices_.data() + indices_.size(), frames_}; }

 private:
  std::span<const FrameIndex> indices_;
  const Frame* frames_ = nullptr;
};

}  // namespace mallocop::report
