// The stack tree of a trace, with every stack and every frame once.
//
// Two threads that meet a stack at the same moment may both give it an id, and a module may be listed twice; a stack
// number of this table stands for the content: the module, address and flags of each frame.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "report/trace/flat_map.h"
#include "report/trace/load_profile.h"
#include "report/trace/node_numbers.h"
#include "report/trace/trace_contents.h"

namespace mallocop::report {

using StackNumber = uint32_t;
inline constexpr StackNumber kNoStackNumber = 0;    // the stack was not taken, or is missing in the trace
inline constexpr StackNumber kToolStackNumber = 1;  // a block of mallocop's own

class StackTable {
 public:
  StackTable(std::span<const StackNodeEntry> nodes, std::span<const ModuleEntry> modules);

  StackNumber number_of(trace::StackId id) const;
  // There is no id left to ask for.
  void forget_ids();

  // Frames are missing at its outer end, or all of them are.
  bool truncated(StackNumber stack) const;

  // A stack deeper than `limit` is cut there and marked as truncated. Its node is one of take_tree().
  Stack stack_of(StackNumber stack, uint32_t limit = kMaxFrames) const;
  // How many frames it has.
  uint32_t depth(StackNumber stack) const { return stack < kFirst ? 0 : nodes_[stack - kFirst].depth; }
  static constexpr uint32_t kMaxFrames = 4096;

  // The nodes, for Profile::nodes, and the frame of each, one of take_frames().
  std::pair<std::vector<StackNode>, std::vector<FrameIndex>> take_tree();
  std::vector<RawFrame> take_frames() { return std::move(frames_); }
  std::vector<Module> take_modules() { return std::move(modules_); }

 private:
  struct Node {
    FrameIndex frame = 0;
    StackNumber parent = kNoStackNumber;  // a smaller number
    uint32_t depth = 1;                   // frames, up to the outermost
    bool cut = false;                     // more frames were outside of this one
    bool truncated = false;               // the same, of it or of any outside of it
  };
  // What is needed only until every node has its number.
  struct Numbers {
    explicit Numbers(size_t most_nodes) : nodes(most_nodes) {}
    FlatMap<FrameIndex> frames;            // by address: the frame that was added first
    std::vector<FrameIndex> same_address;  // of each frame: the next one with its address; kNoFrame: none
    NodeNumbers nodes;
  };
  static constexpr FrameIndex kNoFrame = ~FrameIndex{0};
  static constexpr StackNumber kFirst = 2;

  void add_modules(std::span<const ModuleEntry> modules);
  void add_node(const StackNodeEntry& entry, Numbers& numbers);
  FrameIndex frame_of(const trace::StackNode& node, Numbers& numbers);

  std::vector<Module> modules_;
  std::vector<std::optional<size_t>> module_numbers_;  // of each ModuleIndex
  std::vector<RawFrame> frames_;
  std::vector<Node> nodes_;              // numbered from kFirst
  std::vector<trace::StackId> ids_;      // ascending
  std::vector<StackNumber> id_numbers_;  // parallel to ids_
};

}  // namespace mallocop::report
