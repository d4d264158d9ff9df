// The sites of an HTML page, as columns, with the stacks they need.
#include <algorithm>
#include <map>
#include <numeric>

#include "report/output/html_parts.h"
#include "report/output/place.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

// A stack of the page has so many of its innermost frames; and fewer once all stacks together have so many nodes.
constexpr size_t kMostDepth = 1000;
constexpr size_t kMostNodes = 400'000;
constexpr size_t kLaterDepth = 16;

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
    const StackFrames stack = profile_.frames_of(site);
    const size_t most = tables_.nodes() < kMostNodes ? kMostDepth : kLaterDepth;
    path_.clear();
    auto at = stack.begin();
    for (; at != stack.end() && path_.size() < most; ++at) path_.push_back(frame(at.index()));
    cut = at != stack.end();
    if (path_.empty()) path_.push_back(tables_.frame_named("(unknown stack)"));
    if (cut) path_.push_back(tables_.frame_named("(more callers)"));
    int64_t node = -1;
    for (size_t i = path_.size(); i-- > 0;) node = static_cast<int64_t>(tables_.node(node, path_[i]));
    return static_cast<size_t>(node);
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

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
                             "pattern",      "cause",         "advice",     "expected_impact", "truncated"}) {
      json_[name] = Json::array();
    }
  }

  void add(const Site& site, size_t node, size_t place, bool truncated) {
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

}  // namespace

PageSites page_sites(const Profile& profile, PageTables& tables, size_t most) {
  PageSites result;
  std::vector<size_t>& shown = result.sites;
  shown.resize(profile.sites.size());
  std::iota(shown.begin(), shown.end(), size_t{0});
  std::stable_sort(shown.begin(), shown.end(),
                   [&](size_t a, size_t b) { return profile.sites[a].allocations > profile.sites[b].allocations; });
  if (shown.size() > most) shown.resize(most);
  result.without_row = profile.sites.size() - shown.size();

  constexpr size_t kNoRow = SIZE_MAX;
  result.row_of.assign(profile.sites.size(), kNoRow);
  Stacks stacks(profile, tables);
  Columns columns(tables);
  for (size_t row = 0; row < shown.size(); ++row) {
    const Site& site = profile.sites[shown[row]];
    result.row_of[shown[row]] = row;
    bool cut = false;
    const size_t node = stacks.innermost(site, cut);
    const Frame* const frame = frame_of(profile, site);
    const size_t place = frame ? stacks.frame(static_cast<FrameIndex>(frame - profile.frames.data()))
                               : tables.frame_named("(unknown stack)");
    const bool truncated = site.stack < profile.stacks.size() && profile.stacks[site.stack].truncated;
    columns.add(site, node, place, cut || truncated);
  }

  // What the page has no row for still counts.
  std::map<std::optional<size_t>, Site> rest;
  std::map<std::optional<size_t>, size_t> how_many;
  if (result.without_row > 0) {
    for (size_t i = 0; i < profile.sites.size(); ++i) {
      const Site& site = profile.sites[i];
      if (result.row_of[i] != kNoRow) continue;
      add_to(rest[site.operation], site);
      ++how_many[site.operation];
    }
  }
  std::map<std::optional<size_t>, size_t> rest_row;
  for (auto& [operation, site] : rest) {
    site.operation = operation;
    const size_t place = tables.frame_named("(" + format_count(how_many[operation]) + " smaller sites)");
    rest_row[operation] = shown.size() + rest_row.size();
    columns.add(site, tables.node(-1, place), place, false);
  }
  if (result.without_row > 0) {
    for (size_t i = 0; i < profile.sites.size(); ++i) {
      if (result.row_of[i] == kNoRow) result.row_of[i] = rest_row[profile.sites[i].operation];
    }
  }
  result.columns = columns.take();
  return result;
}

Json rows_of(const std::vector<size_t>& indices, const PageSites& sites) {
  std::vector<size_t> rows;
  for (const size_t index : indices) {
    if (index < sites.row_of.size()) rows.push_back(sites.row_of[index]);
  }
  std::vector<size_t> seen;
  Json json = Json::array();
  for (const size_t row : rows) {
    if (std::find(seen.begin(), seen.end(), row) != seen.end()) continue;
    seen.push_back(row);
    json.push_back(row);
  }
  return json;
}

}  // namespace mallocop::report
