// *Bottlenecks*: where the allocations come from, what they cost, and why they happen.
#include <fmt/format.h>

#include "report/output/bottlenecks.h"
#include "report/output/figures.h"
#include "report/output/place.h"
#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

std::string when(Pattern pattern, const Site& site, const Operation& operation) {
  switch (pattern) {
    case Pattern::kEveryOp:
      return "in every call";
    case Pattern::kFirstOpOnly:
      return "in the first call only";
    case Pattern::kAmortisedGrowth:
      return "now and then, growing";
    case Pattern::kSomeOps:
      return fmt::format("in {} of {} calls", format_count(site.calls), format_count(operation.count));
    case Pattern::kOutsideOps:
      break;
  }
  return "";
}

std::string impact(const Profile& profile, const Bottleneck& group) {
  const Site& site = profile.sites[group.sites[0]];
  std::string text =
      fmt::format("{}, {}", counted(group.allocations, "allocation", "allocations"), format_size(group.bytes));
  if (group.operation) {
    const Operation& operation = profile.operations[*group.operation];
    text += fmt::format(", {} of {}", percent(group.allocations, operation.allocations.total), operation.name);
    if (operation.count > 0) {
      text += fmt::format(": {} per call", short_number({group.allocations, operation.count}));
      // Of several stacks, how many of the calls they share is not known.
      const std::string share = group.sites.size() > 1 && site.pattern == Pattern::kSomeOps
                                    ? "in some calls"
                                    : when(site.pattern, site, operation);
      if (!share.empty()) text += ", " + share;
    }
  } else {
    text += fmt::format(", {} of the process", percent(group.allocations, profile.totals.allocations));
  }
  if (group.sites.size() > 1) text += fmt::format(" ({} stacks)", format_count(group.sites.size()));
  return text;
}

}  // namespace

Section bottlenecks_section(const Profile& profile, const OutputOptions& options) {
  std::vector<Bottleneck> groups = all_bottlenecks(profile);
  std::erase_if(groups, [](const Bottleneck& group) { return group.allocations == 0; });
  Section section{"Bottlenecks", {}};
  if (groups.size() > options.top) {
    section.title += fmt::format(" ({} of {}; --top shows more)", options.top, format_count(groups.size()));
    groups.resize(options.top);
  }
  if (profile.sites.empty()) section.line("none: nothing was allocated");
  for (size_t i = 0; i < groups.size(); ++i) {
    const Site& site = profile.sites[groups[i].sites[0]];
    const std::string position = place_position(profile, site);
    section.item(0, fmt::format("{}.", i + 1),
                 {{place_name(profile, site), Tone::kStrong}, {position.empty() ? "" : " " + position}});
    section.item(1, "", {{impact(profile, groups[i])}});
    if (site.cause != "unknown") section.item(1, "", {{"cause: " + std::string(site.cause)}});
  }
  return section;
}

}  // namespace mallocop::report
