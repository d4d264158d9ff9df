// *Bottlenecks*: where the allocations come from, what they cost, and why they happen.
#include <fmt/format.h>

#include <algorithm>

#include "report/output/bottleneck_impact.h"
#include "report/output/bottlenecks.h"
#include "report/output/place.h"
#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {
Section bottlenecks_section(const Profile& profile, const OutputOptions& options) {
  std::vector<Bottleneck> groups = all_bottlenecks(profile);
  Section section{"Bottlenecks", {}};
  const bool none = groups.empty();
  const std::string_view counted = name_of(profile.ranking).title;
  if (profile.ranking != Ranking::kAllocations) section.title += fmt::format(" by {}", counted);
  if (groups.size() > options.top) {
    section.title += fmt::format(" ({} of {}; --top shows more)", options.top, format_count(groups.size()));
    groups.resize(options.top);
  }
  if (profile.sites.empty()) {
    section.line("none: nothing was allocated");
  } else if (none) {
    section.line(profile.ranking == Ranking::kAllocations ? std::string("none: measured calls allocated nothing")
                                                          : fmt::format("none: there are no {}", counted));
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    const Site& site = profile.sites[groups[i].sites[0]];
    const std::string position = place_position(profile, site);
    section.item(0, fmt::format("{}.", i + 1),
                 {{place_name(profile, site), Tone::kStrong}, {position.empty() ? "" : " " + position}});
    section.item(1, "", {{bottleneck_impact(profile, groups[i])}});
    if (site.cause == "unknown") {
      if (!site.advice.empty()) section.item(1, "", {{"cause: unknown; " + std::string(site.advice), Tone::kDim}});
      continue;
    }
    const std::string evidence(site.evidence);
    section.item(1, "",
                 {{"cause: " + std::string(site.cause)}, {evidence.empty() ? "" : " (" + evidence + ")", Tone::kDim}});
  }
  return section;
}

}  // namespace mallocop::report
