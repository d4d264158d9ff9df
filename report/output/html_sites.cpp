// The sites of an HTML page, as columns, with the stacks they need.
#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "report/output/html_parts.h"
#include "report/output/place.h"

namespace mallocop::report {
namespace {

// A stack of the page has so many of its innermost frames; and fewer once all stacks together have so many nodes.
constexpr size_t kMostDepth = 1000;
constexpr size_t kMostNodes = 400'000;
constexpr size_t kLaterDepth = 16;
// What has no row of its own is told apart by so many of its outermost callers.
constexpr size_t kSharedCallers = 24;

// The stacks of one profile in the tables.
class Stacks {
 public:
  Stacks(const Profile& profile, PageTables& tables)
      : profile_(profile), tables_(tables), kinds_(kinds_of_frames(profile)), frames_(profile.frames.size(), kNone) {}

  size_t frame(FrameIndex index) {
    if (frames_[index] == kNone) frames_[index] = tables_.frame(profile_.frames[index], kinds_[index]);
    return frames_[index];
  }

  // The node of the site's innermost frame. `cut`: frames were left out.
  size_t innermost(const Site& site, bool& cut) {
    cut = read(site);
    int64_t node = -1;
    for (size_t i = path_.size(); i-- > 0;) node = static_cast<int64_t>(tables_.node(node, path_[i]));
    return static_cast<size_t>(node);
  }

  // The node of as many of its outermost callers as the tables have; -1: of none.
  int64_t outermost(const Site& site) {
    read(site);
    int64_t node = -1;
    for (size_t i = path_.size(); i-- > 1 && path_.size() - i <= kSharedCallers;) {
      const int64_t next = tables_.find_node(node, path_[i]);
      if (next < 0) break;
      node = next;
    }
    return node;
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  // Fills path_, innermost first. True if frames were left out.
  bool read(const Site& site) {
    const StackFrames stack = profile_.frames_of(site);
    const size_t most = tables_.nodes() < kMostNodes ? kMostDepth : kLaterDepth;
    path_.clear();
    auto at = stack.begin();
    for (; at != stack.end() && path_.size() < most; ++at) path_.push_back(frame(at.index()));
    const bool cut = at != stack.end();
    if (path_.empty()) path_.push_back(tables_.frame_named("(unknown stack)"));
    if (cut) path_.push_back(tables_.frame_named("(more callers)"));
    return cut;
  }

  const Profile& profile_;
  PageTables& tables_;
  std::vector<FrameKind> kinds_;
  std::vector<size_t> frames_;
  std::vector<size_t> path_;
};

class Columns {
 public:
  explicit Columns(PageTables& tables) : tables_(tables) {
    for (const char* name : {"node",         "place",         "operation",  "allocations",     "bytes",
                             "temporary",    "reallocations", "smallest",   "largest",         "leaked_allocations",
                             "leaked_bytes", "peak_blocks",   "peak_bytes", "left_out",        "calls",
                             "pattern",      "cause",         "advice",     "expected_impact", "truncated",
                             "smaller"}) {
      json_[name] = Json::array();
    }
  }

  // `smaller`: how many sites it is the sum of; 0: it is one.
  void add(const Site& site, size_t node, size_t place, bool truncated, size_t smaller) {
    json_["node"].push_back(node);
    json_["place"].push_back(place);
    json_["operation"].push_back(site.operation ? static_cast<int64_t>(*site.operation) : -1);
    json_["allocations"].push_back(site.allocations);
    json_["bytes"].push_back(site.bytes);
    json_["temporary"].push_back(site.temporary);
    json_["reallocations"].push_back(site.reallocations);
    json_["smallest"].push_back(site.smallest);
    json_["largest"].push_back(site.largest);
    json_["leaked_allocations"].push_back(site.leaked_allocations);
    json_["leaked_bytes"].push_back(site.leaked_bytes);
    json_["peak_blocks"].push_back(site.peak_blocks);
    json_["peak_bytes"].push_back(site.peak_bytes);
    json_["left_out"].push_back(site.left_out_allocations);
    json_["calls"].push_back(site.calls);
    json_["pattern"].push_back(tables_.text(pattern_name(site.pattern)));
    json_["cause"].push_back(tables_.text(site.cause == "unknown" ? "" : site.cause));
    json_["advice"].push_back(tables_.text(site.advice));
    json_["expected_impact"].push_back(tables_.text(site.expected_impact));
    json_["truncated"].push_back(truncated ? 1 : 0);
    json_["smaller"].push_back(smaller);
  }
  Json take() { return std::move(json_); }

 private:
  PageTables& tables_;
  Json json_ = Json::object();
};

void add_to(Site& sum, const Site& site) {
  sum.smallest = sum.allocations == 0 ? site.smallest : std::min(sum.smallest, site.smallest);
  sum.largest = std::max(sum.largest, site.largest);
  sum.allocations += site.allocations;
  sum.bytes += site.bytes;
  sum.temporary += site.temporary;
  sum.reallocations += site.reallocations;
  sum.leaked_allocations += site.leaked_allocations;
  sum.leaked_bytes += site.leaked_bytes;
  sum.peak_blocks += site.peak_blocks;
  sum.peak_bytes += site.peak_bytes;
  sum.left_out_allocations += site.left_out_allocations;
  sum.left_out_bytes += site.left_out_bytes;
}

// What a site is in all metrics together, as shares of the whole process.
double weight(const Site& site, const Totals& totals) {
  const auto share = [](uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  return share(site.allocations, totals.allocations) + share(site.bytes, totals.bytes) +
         share(site.temporary, totals.temporary) + share(site.peak_bytes, totals.peak_bytes) +
         share(site.leaked_bytes, totals.leaked_bytes);
}

// Most allocations first.
std::vector<size_t> largest_sites(const Profile& profile, size_t most) {
  std::vector<size_t> indices(profile.sites.size());
  std::iota(indices.begin(), indices.end(), size_t{0});
  const auto by = [&](const auto& value) {
    std::stable_sort(indices.begin(), indices.end(),
                     [&](size_t a, size_t b) { return value(profile.sites[a]) > value(profile.sites[b]); });
  };
  if (indices.size() > most) {
    by([&](const Site& site) { return weight(site, profile.totals); });
    indices.resize(most);
  }
  by([](const Site& site) { return site.allocations; });
  return indices;
}

constexpr size_t kNoRow = SIZE_MAX;

// What the page has no row for still counts: a row for all of an operation that share their outermost callers.
void add_rest(const Profile& profile, PageTables& tables, Stacks& stacks, Columns& columns, PageSites& result) {
  using Key = std::pair<std::optional<size_t>, int64_t>;
  struct Rest {
    Site sum;
    std::vector<size_t> sites;
  };
  std::map<Key, Rest> rest;
  for (size_t i = 0; i < profile.sites.size(); ++i) {
    const Site& site = profile.sites[i];
    if (result.row_of[i] != kNoRow) continue;
    Rest& group = rest[{site.operation, stacks.outermost(site)}];
    add_to(group.sum, site);
    group.sites.push_back(i);
  }
  const size_t place = tables.frame_named("(smaller sites)");
  size_t row = result.sites.size();
  for (auto& [key, group] : rest) {
    group.sum.operation = key.first;
    columns.add(group.sum, tables.node(key.second, place), place, false, group.sites.size());
    for (const size_t site : group.sites) result.row_of[site] = row;
    ++row;
  }
}

}  // namespace

Json page_sites(const Profile& profile, PageTables& tables, size_t most, PageSites& sites) {
  sites = {};
  std::vector<size_t>& shown = sites.sites;
  shown = largest_sites(profile, most);
  sites.without_row = profile.sites.size() - shown.size();

  sites.row_of.assign(profile.sites.size(), kNoRow);
  Stacks stacks(profile, tables);
  Columns columns(tables);
  for (size_t row = 0; row < shown.size(); ++row) {
    const Site& site = profile.sites[shown[row]];
    sites.row_of[shown[row]] = row;
    bool cut = false;
    const size_t node = stacks.innermost(site, cut);
    const Frame* const frame = frame_of(profile, site);
    const size_t place = frame ? stacks.frame(static_cast<FrameIndex>(frame - profile.frames.data()))
                               : tables.frame_named("(unknown stack)");
    const bool truncated = site.stack < profile.stacks.size() && profile.stacks[site.stack].truncated;
    columns.add(site, node, place, cut || truncated, 0);
  }

  if (sites.without_row > 0) add_rest(profile, tables, stacks, columns, sites);
  return columns.take();
}

Json rows_of(const std::vector<size_t>& indices, const PageSites& sites) {
  std::vector<size_t> rows;
  for (const size_t index : indices) {
    if (index >= sites.row_of.size()) continue;
    const size_t row = sites.row_of[index];
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  return rows;
}

}  // namespace mallocop::report
