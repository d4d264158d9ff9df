// *After*: this measurement beside the baseline.
#include <fmt/format.h>

#include "report/output/figures.h"
#include "report/output/sections.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewRows = 10;

Span change_of(const AfterRow& row) {
  switch (row.change) {
    case AfterRow::Change::kSame:
      return {"same", Tone::kDim};
    case AfterRow::Change::kBetter:
      return {"better", Tone::kGood};
    case AfterRow::Change::kWorse:
      return {"WORSE", Tone::kBad};
  }
  return {};
}

}  // namespace

Section after_section(const After& after) {
  Section section{fmt::format("After (against baseline '{}')", after.baseline), {}};
  Table table;
  table.columns = {{"operation", false, Cut::kFront}, {"metric"}, {"before", true}, {"now", true}, {"change"}};
  size_t same = 0;
  size_t hidden = 0;
  for (const AfterRow& row : after.rows) {
    if (table.rows.size() >= kFewRows) {
      ++(row.change == AfterRow::Change::kSame ? same : hidden);
      continue;
    }
    const std::string who = row.operation.empty() ? "whole process" : row.operation;
    table.rows.push_back({{who, Tone::kStrong}, {row.metric}, {row.before}, {row.now}, change_of(row)});
  }
  if (!table.rows.empty()) section.blocks.emplace_back(std::move(table));
  if (hidden > 0) section.line(fmt::format("and {} that changed (JSON has all)", counted(hidden, "figure", "figures")));
  if (same > 0) section.line(fmt::format("and {} unchanged", counted(same, "figure", "figures")), Tone::kDim);
  if (after.rows.empty()) section.line("nothing to compare: the two have no operation in common");
  return section;
}

}  // namespace mallocop::report
