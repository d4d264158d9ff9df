#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "report/causes/causes.h"
#include "report/causes/impact.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kUnknown = "unknown";

// One change and what it touches.
struct Change {
  std::string text;
  std::vector<size_t> sites;
  std::map<size_t, Impact> inside;  // by operation
  Impact outside;
  bool has_outside = false;

  // Total allocations and bytes inside operations, then outside: larger goes first.
  auto weight() const {
    Impact total;
    for (const auto& [operation, impact] : inside) total.add(impact);
    return std::tuple(total.allocations, total.bytes, outside.allocations, outside.bytes);
  }
};

const Frame* location_of(const Profile& profile, const Site& site) {
  return site.location ? profile.frames_of(site).at(*site.location) : nullptr;
}

std::string place_text(const Frame& frame) {
  const auto file_name = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  const std::string function = short_name(frame.function);
  if (frame.file.empty()) {
    return function.empty() ? fmt::format("{}+{:#x}", file_name(frame.module), frame.offset) : function;
  }
  const std::string line = frame.line == 0 ? "" : fmt::format(":{}", frame.line);
  return fmt::format("{}{}{}", file_name(frame.file), line, function.empty() ? "" : " (" + function + ")");
}

PlanItem plan_item(const Profile& profile, unsigned priority, const Change& change) {
  PlanItem item{priority, change.text, {}, "", change.sites};
  std::vector<std::pair<size_t, Impact>> inside(change.inside.begin(), change.inside.end());
  std::stable_sort(inside.begin(), inside.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.allocations, a.second.bytes) > std::tie(b.second.allocations, b.second.bytes);
  });
  for (const auto& [operation, impact] : inside) {
    item.expected_impact.push_back(profile.operations[operation].name + ": " + impact_text(profile, operation, impact));
  }
  if (change.has_outside) item.expected_outside = impact_text(profile, std::nullopt, change.outside);
  return item;
}

void add_site(const Profile& profile, size_t index, Change& change) {
  const Site& site = profile.sites[index];
  const Impact impact = impact_of(site, find_cause(site.cause)->saving);
  change.sites.push_back(index);
  if (site.operation && *site.operation < profile.operations.size()) {
    change.inside[*site.operation].add(impact);
  } else {
    change.outside.add(impact);
    change.has_outside = true;
  }
}

}  // namespace

std::vector<PlanItem> make_plan(const Profile& profile) {
  using Key = std::tuple<std::string_view, std::string_view, uint32_t, std::string_view, std::string_view>;
  std::map<Key, size_t> known;
  // Of each frame, cause and change of the latest site there: mostly those of the next one too.
  std::unordered_map<const Frame*, std::pair<std::string_view, size_t>> last;
  std::vector<Change> changes;
  for (size_t index = 0; index < profile.sites.size(); ++index) {
    const Site& site = profile.sites[index];
    if (site.cause == kUnknown || site.measured_allocations() == 0) continue;
    const Frame* frame = location_of(profile, site);
    if (frame == nullptr || find_cause(site.cause) == nullptr) continue;
    auto& [cause, change] = last[frame];
    if (cause.data() != nullptr && cause == site.cause) {
      add_site(profile, index, changes[change]);
      continue;
    }
    const Key key{site.cause, frame->file, frame->line, frame->function,
                  frame->line == 0 ? std::string_view(frame->module) : ""};
    const auto [entry, added] = known.try_emplace(key, changes.size());
    if (added) changes.push_back({fmt::format("{}: {}", place_text(*frame), site.advice), {}, {}, {}, false});
    cause = site.cause;
    change = entry->second;
    add_site(profile, index, changes[change]);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.weight() > b.weight(); });

  std::vector<PlanItem> plan;
  plan.reserve(changes.size());
  for (const Change& change : changes) {
    plan.push_back(plan_item(profile, static_cast<unsigned>(plan.size() + 1), change));
  }
  return plan;
}

}  // namespace mallocop::report
