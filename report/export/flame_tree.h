// Stacks put together by name: what a flame graph shows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/export/paths.h"

namespace mallocop::report {

struct FlameNode {
  uint32_t name = 0;               // index into FlameTree::names
  PlaceIndex place = 0;            // one of the places that it stands for
  uint32_t parent = 0;             // of the root itself
  uint64_t value = 0;              // with all beneath it
  uint64_t own = 0;                // of stacks that end here
  std::vector<uint32_t> children;  // most first
};

struct FlameTree {
  std::vector<std::string> names;  // for a person, escape_controls
  std::vector<FlameNode> nodes;    // the first is the root, which has no name and no place
};

// Of input.metric, the outermost frames first; stacks of the value 0 are left out.
FlameTree make_flame_tree(const ExportPaths& paths, const ExportInput& input);

// The same stacks, the innermost frames first. It has a node for nearly every frame of every stack if it is whole, so a
// node with a value below `least` gets no children.
FlameTree inverted(FlameTree tree, uint64_t least);

}  // namespace mallocop::report
