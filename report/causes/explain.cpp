// Sites are many and what is said of them is not: each text is made once, for all sites of one change in one operation.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "report/causes/advice.h"
#include "report/causes/causes.h"
#include "report/causes/copied_calls.h"
#include "report/causes/evidence.h"
#include "report/causes/impact.h"
#include "report/causes/lines.h"
#include "report/causes/recognise.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kUnknown = "unknown";
constexpr std::string_view kNeedsDebugInfo =
    "build with -g: without it, calls that were inlined here cannot be told apart";

// Sites that one change at one line would cure, in one operation.
struct Change {
  Recognised found;
  std::optional<size_t> operation;
  SiteGroup group;
  std::vector<size_t> sites;
};

// The type that the advice is about; where it names none, one change is for all.
std::string_view changed_type(const Recognised& found) {
  return found.cause->advice.find("{type}") == std::string_view::npos ? std::string_view() : found.type;
}

class Changes {
 public:
  explicit Changes(Profile& profile) : profile_(profile) {}

  void add(size_t index, const Recognised& found) {
    const Site& site = profile_.sites[index];
    const Frame* const frame = site.location ? profile_.frames_of(site).at(*site.location) : nullptr;
    const size_t line = lines_.number(frame);
    const auto [known, added] =
        numbers_.try_emplace({found.cause, changed_type(found), line, site.operation}, changes_.size());
    if (added) changes_.push_back({found, site.operation, {}, {}});
    Change& change = changes_[known->second];
    change.group.add(site);
    change.sites.push_back(index);
  }

  void write_texts() {
    for (const Change& change : changes_) {
      const Impact impact = impact_of(change.group, change.found.cause->saving, change.found.cause->grows_by_realloc);
      const uint64_t calls = change.operation ? profile_.operations[*change.operation].count : 0;
      const std::string_view evidence = keep(evidence_text(change.found, change.group, calls));
      const std::string_view advice = keep(advice_text(*change.found.cause, change.found.type, change.group));
      const std::string_view expected =
          impact.allocations == 0 || advice.empty() ? "" : keep(impact_text(profile_, change.operation, impact));
      const std::string_view type = keep(std::string(changed_type(change.found)));
      for (const size_t index : change.sites) {
        Site& site = profile_.sites[index];
        site.type = type;
        site.evidence = evidence;
        site.advice = advice;
        if (site.measured_allocations() != 0) site.expected_impact = expected;
      }
    }
  }

 private:
  // One text for all that are alike.
  std::string_view keep(const std::string& text) {
    const auto [known, added] = texts_.try_emplace(text);
    if (added) known->second = profile_.texts->emplace_back(text);
    return known->second;
  }

  Profile& profile_;
  Lines lines_;
  std::map<std::tuple<const Cause*, std::string_view, size_t, std::optional<size_t>>, size_t> numbers_;
  std::vector<Change> changes_;
  std::unordered_map<std::string, std::string_view> texts_;
};

}  // namespace

void explain_sites(Profile& profile) {
  profile.texts = std::make_shared<std::deque<std::string>>();
  join_copied_calls(profile);
  Recogniser recogniser(profile);
  Changes changes(profile);
  for (size_t index = 0; index < profile.sites.size(); ++index) {
    Site& site = profile.sites[index];
    site.cause = kUnknown;
    site.type = site.evidence = site.advice = site.expected_impact = {};
    if (site.stack >= profile.stacks.size()) continue;
    const Recognised found = recogniser.recognise(site);
    if (found.cause == nullptr) {
      if (found.needs_debug_info) site.advice = kNeedsDebugInfo;
      continue;
    }
    site.cause = found.cause->name;
    if (found.location) site.location = found.location;
    changes.add(index, found);
  }
  changes.write_texts();
}

}  // namespace mallocop::report
