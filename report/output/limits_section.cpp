// *Limits*: everything that was compared, kept or broken: what a check rests on.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "report/output/figures.h"
#include "report/output/sections.h"
#include "report/output/verdict_text.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewKept = 10;

// The value alone: what it is a quotient of stands in the verdict, if it matters.
std::string value_of(const std::string& text) {
  for (const std::string_view sign : {" = ", " ~ "}) {
    const size_t place = text.find(sign);
    if (place != std::string::npos) return sign == " = " ? text.substr(place + sign.size()) : text.substr(place + 1);
  }
  return text;
}

}  // namespace

Section limits_section(const Verdict& verdict, const OutputOptions& options) {
  Section section{"Limits", {}};
  Table table;
  table.columns = {{"operation", false, Cut::kFront}, {"metric"}, {"measured", true}, {"at most", true},
                   {"from", false, Cut::kFront},      {""}};
  const size_t most = std::max(kFewKept, options.top);
  size_t kept = 0;
  for (const Compared& one : verdict.compared) {
    if (!one.violation && ++kept > most) continue;
    const bool better = one.violation && verdict.violations[*one.violation].kind == Violation::Kind::kBetter;
    const Span outcome = !one.violation ? Span{"kept", Tone::kDim}
                         : better       ? Span{"better", Tone::kGood}
                                        : Span{"BROKEN", Tone::kBad};
    const std::string metric = one.metric == "forbidden" ? one.metric : one.metric + "." + one.statistic;
    table.rows.push_back({{operation_text(one.operation), Tone::kStrong},
                          {metric},
                          {value_of(one.actual)},
                          {one.limit},
                          {one.source},
                          outcome});
  }
  if (!table.rows.empty()) section.blocks.emplace_back(std::move(table));
  if (kept > most) section.line(fmt::format("and {} kept", counted(kept - most, "limit", "limits")), Tone::kDim);
  return section;
}

}  // namespace mallocop::report
