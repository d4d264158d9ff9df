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
  uint64_t value = 0;              // with all beneath it
  std::vector<uint32_t> children;  // most first
};

struct FlameTree {
  std::vector<std::string> names;  // for a person, escape_controls
  std::vector<FlameNode> nodes;    // the first is the root, which has no name and no place
};

// Of input.metric; stacks of the value 0 are left out.
FlameTree make_flame_tree(const ExportPaths& paths, const ExportInput& input);

}  // namespace mallocop::report
