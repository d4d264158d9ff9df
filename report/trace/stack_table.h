// The stack tree of a trace, with every stack and every frame once.
//
// Two threads that meet a stack at the same moment may both give it an id, and a module may be listed twice; a stack
// number of this table stands for the content: the module, address and flags of each frame.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "report/trace/flat_map.h"
#include "report/trace/load_profile.h"
#include "report/trace/trace_contents.h"

namespace mallocop::report {

using StackNumber = uint32_t;
inline constexpr StackNumber kNoStackNumber = 0;    // the stack was not taken, or is missing in the trace
inline constexpr StackNumber kToolStackNumber = 1;  // a block of mallocop's own

class StackTable {
 public:
  StackTable(std::span<const StackNodeEntry> nodes, std::span<const ModuleEntry> modules);

  StackNumber number_of(trace::StackId id) const;

  // Frames are missing at its outer end, or all of them are.
  bool truncated(StackNumber stack) const;

  // Innermost frame first, as indices into take_frames(). A stack deeper than kMaxFrames is cut there and marked as
  // truncated.
  RawStack frames_of(StackNumber stack, size_t limit = kMaxFrames) const;
  static constexpr size_t kMaxFrames = 4096;

  std::vector<RawFrame> take_frames() { return std::move(frames_); }
  std::vector<Module> take_modules() { return std::move(modules_); }

 private:
  struct Node {
    FrameIndex frame = 0;
    StackNumber parent = kNoStackNumber;  // a smaller number
    bool cut = false;                     // more frames were outside of this one
    bool truncated = false;               // the same, of it or of any outside of it
  };
  static uint64_t key_of(const Node& node);
  // What is needed only until every node has its number.
  struct Numbers {
    FlatMap<FrameIndex> frames;            // by address: the frame that was added first
    std::vector<FrameIndex> same_address;  // of each frame: the next one with its address; kNoFrame: none
    FlatMap<StackNumber> nodes;            // by key_of(node)
  };
  static constexpr FrameIndex kNoFrame = ~FrameIndex{0};
  static constexpr StackNumber kFirst = 2;

  void add_modules(std::span<const ModuleEntry> modules);
  void add_node(const StackNodeEntry& entry, Numbers& numbers);
  FrameIndex frame_of(const trace::StackNode& node, Numbers& numbers);

  std::vector<Module> modules_;
  std::unordered_map<uint32_t, uint32_t> module_numbers_;  // of each ModuleIndex
  std::vector<RawFrame> frames_;
  std::vector<Node> nodes_;              // numbered from kFirst
  std::vector<trace::StackId> ids_;      // ascending
  std::vector<StackNumber> id_numbers_;  // parallel to ids_
};

}  // namespace mallocop::report
