// See expected_impact.h.
#include "report/output/expected_impact.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/support/units.h"

namespace mallocop::report {

std::string expected_impact(const PlanItem& item, size_t most_operations) {
  const std::vector<std::string>& operations = item.expected_impact;
  // A line that says there is one more takes the place of that one.
  const size_t shown =
      operations.size() == most_operations + 1 ? operations.size() : std::min(operations.size(), most_operations);
  std::string text;
  const auto add = [&text](std::string_view part) {
    if (!text.empty()) text += "; ";
    text += part;
  };
  for (size_t i = 0; i < shown; ++i) add(operations[i]);
  if (shown < operations.size()) add(fmt::format("and {} more operations", format_count(operations.size() - shown)));
  if (!item.expected_outside.empty()) add((text.empty() ? "" : "outside operations: ") + item.expected_outside);
  return text;
}

}  // namespace mallocop::report
