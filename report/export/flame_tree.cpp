// See flame_tree.h.
#include "report/export/flame_tree.h"

#include <algorithm>
#include <unordered_map>

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
        tree.nodes.push_back({names[place], place, 0, {}});
      }
      node = child->second;
      saturating_add_to(tree.nodes[node].value, value);
    }
  });
  for (FlameNode& node : tree.nodes) {
    std::stable_sort(node.children.begin(), node.children.end(),
                     [&](uint32_t a, uint32_t b) { return tree.nodes[a].value > tree.nodes[b].value; });
  }
  return tree;
}

}  // namespace mallocop::report
