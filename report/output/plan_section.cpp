// *Optimization plan*: what to change, in the order that pays.
#include <fmt/format.h>

#include "report/output/expected_impact.h"
#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

// A change in a function that many operations share would fill the page; JSON has all of them.
constexpr size_t kMostOperations = 3;

}  // namespace

Section plan_section(const std::vector<PlanItem>& plan, const OutputOptions& options) {
  Section section{"Optimization plan", {}};
  if (plan.size() > options.top) {
    section.title += fmt::format(" ({} of {}; --top shows more)", options.top, format_count(plan.size()));
  }
  for (size_t i = 0; i < plan.size() && i < options.top; ++i) {
    const PlanItem& item = plan[i];
    section.item(0, fmt::format("P{}", item.priority), {{item.change}});
    const std::string expected = expected_impact(item, kMostOperations);
    if (!expected.empty()) section.item(1, "", {{"expected: " + expected}});
  }
  return section;
}

}  // namespace mallocop::report
