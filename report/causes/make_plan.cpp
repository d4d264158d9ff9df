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
  const Cause* cause = nullptr;
  const Frame* frame = nullptr;  // where it is to be made
  std::string_view advice;       // of the site with the largest block
  std::vector<size_t> sites;
  std::map<size_t, SiteGroup> inside;  // by operation
  SiteGroup outside;

  uint64_t largest() const {
    uint64_t largest = outside.largest;
    for (const auto& [operation, group] : inside) largest = std::max(largest, group.largest);
    return largest;
  }

  void add(const Profile& profile, size_t index) {
    const Site& site = profile.sites[index];
    if (advice.empty() || site.largest > largest()) advice = site.advice;
    sites.push_back(index);
    const bool is_inside = site.operation && *site.operation < profile.operations.size();
    (is_inside ? inside[*site.operation] : outside).add(site);
  }

  void add(const Change& other) {
    if (other.largest() > largest()) advice = other.advice;
    sites.insert(sites.end(), other.sites.begin(), other.sites.end());
    for (const auto& [operation, group] : other.inside) inside[operation].add(group);
    outside.add(other.outside);
  }
};

// A change with what it is expected to do.
struct Weighed {
  Change change;
  std::vector<std::pair<size_t, Impact>> inside;  // by operation, the one that gains most first
  Impact outside;

  uint64_t ranked = 0;  // what the ranking counts, of the sites, if that is not what a change saves

  bool saves_something() const {
    return outside.allocations != 0 ||
           std::any_of(inside.begin(), inside.end(), [](const auto& each) { return each.second.allocations != 0; });
  }
  // Larger goes first: total allocations and bytes inside operations, then outside.
  auto weight(Ranking ranking) const {
    Impact total;
    for (const auto& [operation, impact] : inside) total.add(impact);
    const bool by_bytes = ranking == Ranking::kBytes;
    const auto ordered = [&](const Impact& impact) {
      return by_bytes ? std::tuple(impact.bytes, impact.allocations) : std::tuple(impact.allocations, impact.bytes);
    };
    return std::tuple(ranked, ordered(total), ordered(outside));
  }
};

// What a change saves is known in allocations and bytes only.
bool ranks_savings(Ranking ranking) { return ranking == Ranking::kAllocations || ranking == Ranking::kBytes; }

Weighed weighed(const Profile& profile, Change change) {
  Weighed result{std::move(change), {}, {}};
  if (!ranks_savings(profile.ranking)) {
    for (const size_t site : result.change.sites) result.ranked += profile.sites[site].counted(profile.ranking);
  }
  const Saving saving = result.change.cause->saving;
  const bool by_realloc = result.change.cause->grows_by_realloc;
  for (const auto& [operation, group] : result.change.inside) {
    result.inside.emplace_back(operation, impact_of(group, saving, by_realloc));
  }
  std::stable_sort(result.inside.begin(), result.inside.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.allocations, a.second.bytes) > std::tie(b.second.allocations, b.second.bytes);
  });
  result.outside = impact_of(result.change.outside, saving, by_realloc);
  return result;
}

bool grows_one_block(const Change& change) {
  return change.outside.allocations == 0 &&
         std::all_of(change.inside.begin(), change.inside.end(), [&](const auto& each) {
           const SiteGroup& group = each.second;
           const bool counted = change.cause->grows_by_realloc && group.reallocations_known;
           return doubling_chains(group) == 1 && (!counted || group.allocations - group.reallocations == group.calls);
         });
}

// Several lines of a function may grow one container, and one reserve() cures them all. They do if the blocks of all
// lines together double from the smallest to the largest, and those of none do on their own.
void join_lines_of_growth(std::vector<Change>& changes) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::vector<size_t>> functions;
  for (size_t index = 0; index < changes.size(); ++index) {
    const Change& change = changes[index];
    if (change.cause->saving != Saving::kGrowth || change.frame->line == 0) continue;
    functions[{change.cause->name, change.frame->file, change.frame->function}].push_back(index);
  }
  for (const auto& [function, lines] : functions) {
    if (lines.size() < 2) continue;
    Change joined = changes[lines[0]];
    for (size_t index = 1; index < lines.size(); ++index) joined.add(changes[lines[index]]);
    if (!grows_one_block(joined)) continue;
    changes[lines[0]] = std::move(joined);
    for (size_t index = 1; index < lines.size(); ++index) changes[lines[index]].sites.clear();
  }
  std::erase_if(changes, [](const Change& change) { return change.sites.empty(); });
}

const Frame* location_of(const Profile& profile, const Site& site) {
  return site.location ? profile.frames_of(site).at(*site.location) : nullptr;
}

std::string place_text(const Frame& frame, bool whole_name) {
  const auto file_name = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  const std::string function = shown_name(frame.function, whole_name);
  if (frame.file.empty()) {
    return function.empty() ? fmt::format("{}+{:#x}", file_name(frame.module), frame.offset) : function;
  }
  const std::string line = frame.line == 0 ? "" : fmt::format(":{}", frame.line);
  return fmt::format("{}{}{}", file_name(frame.file), line, function.empty() ? "" : " (" + function + ")");
}

PlanItem plan_item(const Profile& profile, unsigned priority, const Weighed& weighed) {
  const Change& change = weighed.change;
  PlanItem item;
  item.priority = priority;
  item.change = fmt::format("{}: {}", place_text(*change.frame, profile.whole_names), change.advice);
  item.sites = change.sites;
  for (const auto& [operation, impact] : weighed.inside) {
    if (impact.allocations == 0) continue;
    item.expected_impact.push_back(profile.operations[operation].name + ": " + impact_text(profile, operation, impact));
    item.gains.push_back({operation, impact.allocations, impact.bytes, impact.about});
  }
  if (weighed.outside.allocations != 0) item.expected_outside = impact_text(profile, std::nullopt, weighed.outside);
  return item;
}

}  // namespace

std::vector<PlanItem> make_plan(const Profile& profile) {
  using Key =
      std::tuple<std::string_view, std::string_view, std::string_view, uint32_t, std::string_view, std::string_view>;
  std::map<Key, size_t> known;
  // Of each frame, cause and change of the latest site there: mostly those of the next one too.
  struct Latest {
    std::string_view cause;
    std::string_view type;
    size_t change = 0;
  };
  std::unordered_map<const Frame*, Latest> last;
  std::vector<Change> changes;
  for (size_t index = 0; index < profile.sites.size(); ++index) {
    const Site& site = profile.sites[index];
    if (site.cause == kUnknown || site.advice.empty() || site.measured_allocations() == 0) continue;
    const Frame* frame = location_of(profile, site);
    if (frame == nullptr || find_cause(site.cause) == nullptr) continue;
    auto& [cause, type, change] = last[frame];
    if (cause.data() == nullptr || cause != site.cause || type != site.type) {
      const Key key{site.cause,  site.type,       frame->file,
                    frame->line, frame->function, frame->line == 0 ? std::string_view(frame->module) : ""};
      const auto [entry, added] = known.try_emplace(key, changes.size());
      if (added) changes.push_back({find_cause(site.cause), frame, {}, {}, {}, {}});
      cause = site.cause;
      type = site.type;
      change = entry->second;
    }
    changes[change].add(profile, index);
  }
  join_lines_of_growth(changes);

  std::vector<Weighed> ranked;
  ranked.reserve(changes.size());
  for (Change& change : changes) ranked.push_back(weighed(profile, std::move(change)));
  std::erase_if(ranked, [&](const Weighed& each) {
    return !each.saves_something() || (each.ranked == 0 && !ranks_savings(profile.ranking));
  });
  std::stable_sort(ranked.begin(), ranked.end(), [&](const Weighed& a, const Weighed& b) {
    return a.weight(profile.ranking) > b.weight(profile.ranking);
  });

  std::vector<PlanItem> plan;
  plan.reserve(ranked.size());
  for (const Weighed& each : ranked) plan.push_back(plan_item(profile, static_cast<unsigned>(plan.size() + 1), each));
  return plan;
}

}  // namespace mallocop::report
