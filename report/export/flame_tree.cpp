// See flame_tree.h.
#include "report/export/flame_tree.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

// Equal names get equal numbers.
std::vector<uint32_t> number_names(const ExportPaths& paths, std::vector<std::string>& names) {
  std::unordered_map<std::string, uint32_t> numbers;
  std::vector<uint32_t> of_places;
  for (PlaceIndex place = 0; place < paths.places(); ++place) {
    const auto [number, added] = numbers.try_emplace(paths.short_name(place), static_cast<uint32_t>(names.size()));
    if (added) names.push_back(number->first);
    of_places.push_back(number->second);
  }
  return of_places;
}

void sort_children(FlameTree& tree) {
  for (FlameNode& node : tree.nodes) {
    std::stable_sort(node.children.begin(), node.children.end(),
                     [&](uint32_t a, uint32_t b) { return tree.nodes[a].value > tree.nodes[b].value; });
  }
}

}  // namespace

FlameTree make_flame_tree(const ExportPaths& paths, const ExportInput& input) {
  FlameTree tree;
  const std::vector<uint32_t> names = number_names(paths, tree.names);
  const size_t metric = static_cast<size_t>(input.metric - export_metrics().data());
  std::unordered_map<uint64_t, uint32_t> children;  // by parent and name
  tree.nodes.emplace_back();
  paths.visit([&](const ExportPath& path) {
    const uint64_t value = path.values[metric];
    if (value == 0) return;
    uint32_t node = 0;
    saturating_add_to(tree.nodes[node].value, value);
    for (const PlaceIndex place : path.places) {
      const uint64_t key = (uint64_t{node} << 32) | names[place];
      const auto [child, added] = children.try_emplace(key, static_cast<uint32_t>(tree.nodes.size()));
      if (added) {
        tree.nodes[node].children.push_back(child->second);
        tree.nodes.push_back({names[place], place, node, 0, 0, {}});
      }
      node = child->second;
      saturating_add_to(tree.nodes[node].value, value);
    }
    saturating_add_to(tree.nodes[node].own, value);
  });
  sort_children(tree);
  return tree;
}

FlameTree inverted(FlameTree tree, uint64_t least) {
  FlameTree result;
  result.names = std::move(tree.names);
  result.nodes.push_back({0, 0, 0, tree.nodes[0].value, tree.nodes[0].own, {}});
  // Of each node of the result that has no children yet: which nodes of the tree it stands for, and what the stacks
  // have that go through one of those and begin as the path to this node does.
  std::vector<std::map<uint32_t, uint64_t>> parts(1);
  std::unordered_map<uint32_t, uint32_t> children;  // of one node, by name
  const auto add = [&](uint32_t parent, uint32_t from, uint64_t value) {
    const FlameNode& node = tree.nodes[from];
    const auto [child, added] = children.try_emplace(node.name, static_cast<uint32_t>(result.nodes.size()));
    if (added) {
      result.nodes[parent].children.push_back(child->second);
      result.nodes.push_back({node.name, node.place, parent, 0, 0, {}});
      parts.emplace_back();
    }
    saturating_add_to(result.nodes[child->second].value, value);
    saturating_add_to(parts[child->second][from], value);
  };
  for (uint32_t from = 1; from < tree.nodes.size(); ++from) {
    if (tree.nodes[from].own > 0) add(0, from, tree.nodes[from].own);
  }
  for (uint32_t node = 1; node < result.nodes.size(); ++node) {
    const std::map<uint32_t, uint64_t> through = std::move(parts[node]);
    parts[node].clear();
    if (result.nodes[node].value < least) continue;
    children.clear();
    for (const auto& [from, value] : through) {
      const uint32_t caller = tree.nodes[from].parent;
      if (caller == 0) {
        saturating_add_to(result.nodes[node].own, value);
      } else {
        add(node, caller, value);
      }
    }
  }
  sort_children(result);
  return result;
}

}  // namespace mallocop::report
