// *Optimization plan*: what to change, in the order that pays.
#include <fmt/format.h>

#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {

Section plan_section(const std::vector<PlanItem>& plan, const OutputOptions& options) {
  Section section{"Optimization plan", {}};
  if (plan.size() > options.top) {
    section.title += fmt::format(" ({} of {}; --top shows more)", options.top, format_count(plan.size()));
  }
  for (size_t i = 0; i < plan.size() && i < options.top; ++i) {
    const PlanItem& item = plan[i];
    section.item(0, fmt::format("P{}", item.priority), {{item.change}});
    if (!item.expected_impact.empty()) section.item(1, "", {{"expected: " + item.expected_impact}});
  }
  return section;
}

}  // namespace mallocop::report
