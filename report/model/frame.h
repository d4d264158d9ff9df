// Frames and stacks of a Profile. Stacks share most of their callers: they are a tree, as in the trace, and a stack is
// the node of its innermost frame. Each distinct frame is there once. StackFrames lets a reader forget about that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mallocop::report {

// A text that many frames have. Copies share it: there is one for each module, not one for each frame.
class SharedText {
 public:
  SharedText() = default;
  // NOLINTBEGIN(google-explicit-constructor): it stands where a text does
  SharedText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}

  operator const std::string&() const { return str(); }
  operator std::string_view() const { return str(); }
  // NOLINTEND(google-explicit-constructor)
  const std::string& str() const {
    static const std::string kEmpty;
    return text_ ? *text_ : kEmpty;
  }
  bool empty() const { return str().empty(); }
  friend bool operator==(const SharedText& a, std::string_view b) { return a.str() == b; }

 private:
  std::shared_ptr<const std::string> text_;
};

// What else the symbols or the debug information say of a frame.
enum class FrameRole : uint8_t {
  kPlain,
  kImplicit,     // the compiler wrote the function: a copy constructor that nobody declared
  kCoroutine,    // starts a coroutine, so it allocates the coroutine's own frame
  kStatic,       // its line declares a static variable of the function
  kThreadLocal,  // … a thread_local one
};

// One frame of a stack. Empty texts: not known.
struct Frame {
  std::string function;  // demangled; "" if there is no symbol
  std::string file;      // as the debug information has it
  uint32_t line = 0;     // 0: not known
  SharedText module;     // path of the executable or library
  uint64_t address = 0;  // in the process: of the call itself, so the return address minus one
  uint64_t offset = 0;   // the same, relative to the module's link address
  bool inlined = false;  // has no frame of its own on the stack: the next one in the list does
  FrameRole role = FrameRole::kPlain;
};

using FrameIndex = uint32_t;  // into a list of distinct frames

using NodeIndex = uint32_t;  // into Profile::nodes
inline constexpr NodeIndex kNoNode = ~NodeIndex{0};

// A place in the program with all that called it: one frame, before it those that were inlined into it.
struct StackNode {
  FrameIndex first = 0;        // into Profile::frames: the innermost
  uint32_t count = 0;          // of them, one behind the other
  NodeIndex parent = kNoNode;  // the caller's; a smaller index
};

struct Stack {
  NodeIndex node = kNoNode;                // the innermost; none: nothing is known of the stack
  uint32_t depth = kWhole;                 // at most so many nodes belong to it
  bool truncated = false;                  // more frames were there, which could not be taken
  static constexpr uint32_t kWhole = ~0U;  // all, up to the one without a parent
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
    Iterator(const Stack& stack, const StackNode* nodes, const Frame* frames)
        : nodes_(nodes), frames_(frames), node_(stack.node), depth_(stack.depth) {
      enter();
    }

    FrameIndex index() const { return frame_; }
    reference operator*() const { return frames_[frame_]; }
    pointer operator->() const { return &frames_[frame_]; }
    Iterator& operator++() {
      ++frame_;
      if (--left_ == 0) {
        node_ = nodes_[node_].parent;
        --depth_;
        enter();
      }
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    // Of iterators of one stack.
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.node_ == b.node_ && a.left_ == b.left_; }

   private:
    // To the first frame of node_, or of the next one that has any.
    void enter() {
      while (node_ != kNoNode && depth_ != 0 && nodes_[node_].count == 0) {
        node_ = nodes_[node_].parent;
        --depth_;
      }
      if (depth_ == 0) node_ = kNoNode;
      frame_ = node_ == kNoNode ? 0 : nodes_[node_].first;
      left_ = node_ == kNoNode ? 0 : nodes_[node_].count;
    }

    const StackNode* nodes_ = nullptr;
    const Frame* frames_ = nullptr;
    NodeIndex node_ = kNoNode;
    uint32_t depth_ = 0;  // of nodes, this one included
    FrameIndex frame_ = 0;
    uint32_t left_ = 0;  // frames of the node, this one included
  };

  StackFrames() = default;
  // Every index must be one of `nodes` and `frames`.
  StackFrames(const Stack& stack, std::span<const StackNode> nodes, std::span<const Frame> frames)
      : begin_(stack, nodes.data(), frames.data()) {}

  bool empty() const { return begin_ == Iterator(); }
  Iterator begin() const { return begin_; }
  Iterator end() const { return {}; }
  // These go through the stack.
  size_t size() const { return static_cast<size_t>(std::distance(begin(), end())); }
  // The frame at a position; null behind the last.
  const Frame* at(size_t position) const {
    Iterator frame = begin_;
    while (position-- > 0 && frame != end()) ++frame;
    return frame == end() ? nullptr : &*frame;
  }
  const Frame& operator[](size_t position) const { return *at(position); }

 private:
  Iterator begin_;
};

}  // namespace mallocop::report
