#include <fmt/format.h>

#include "report/causes/causes.h"
#include "report/causes/impact.h"
#include "report/causes/recognise.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr char kNeedsDebugInfo[] = "build with -g: without it, calls that were inlined here cannot be told apart";

}  // namespace

void explain_sites(Profile& profile) {
  Recogniser recogniser(profile);
  for (Site& site : profile.sites) {
    site.cause = "unknown";
    site.advice.clear();
    site.expected_impact.clear();
    if (site.stack >= profile.stacks.size()) continue;
    const Recognised found = recogniser.recognise(site);
    if (found.cause == nullptr) {
      if (found.needs_debug_info) site.advice = kNeedsDebugInfo;
      continue;
    }
    site.cause = found.cause->name;
    site.advice = fmt::format(fmt::runtime(found.cause->advice), fmt::arg("type", found.type),
                              fmt::arg("largest", format_size(site.largest)));
    site.expected_impact = impact_text(profile, site.operation, impact_of(site, found.cause->saving));
  }
}

}  // namespace mallocop::report
