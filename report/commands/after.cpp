// See after.h.
#include "report/commands/after.h"

#include <algorithm>
#include <array>

#include "report/output/figures.h"
#include "report/verdict/metrics.h"

namespace mallocop::report {
namespace {

constexpr std::array kCompared = {Metric::kAllocs, Metric::kBytes};

std::string text_of(Rational value, Unit unit) { return unit == Unit::kSize ? short_size(value) : short_number(value); }

AfterRow make_row(const std::string& operation, std::string metric, Rational before, Rational now, Unit unit) {
  AfterRow row{operation, std::move(metric), text_of(before, unit), text_of(now, unit), AfterRow::Change::kSame};
  if (now != before) row.change = now < before ? AfterRow::Change::kBetter : AfterRow::Change::kWorse;
  // Sides that differ by less than is shown must not look alike.
  if (now != before && row.before == row.now) {
    row.before = format_exact(before, unit);
    row.now = format_exact(now, unit);
  }
  return row;
}

int rank(const AfterRow& row) {
  return row.change == AfterRow::Change::kWorse ? 0 : row.change == AfterRow::Change::kBetter ? 1 : 2;
}

}  // namespace

After make_after(const Profile& profile, const Baseline& baseline) {
  After after{baseline.name, {}};
  for (const Operation& operation : profile.operations) {
    const auto before = baseline.operations.find(operation.name);
    if (before == baseline.operations.end() || operation.count == 0) continue;
    for (const Metric metric : kCompared) {
      const MetricInfo& info = info_of(metric);
      const auto value = before->second.values.find(metric);
      if (value == before->second.values.end()) continue;
      after.rows.push_back(make_row(operation.name, std::string(info.name) + "/op", value->second.mean,
                                    (operation.*info.per_call).mean, info.unit));
    }
  }
  if (baseline.operations.empty()) {
    for (const Metric metric : kCompared) {
      const MetricInfo& info = info_of(metric);
      after.rows.push_back(make_row("", std::string(info.name), {baseline.totals.*info.total, 1},
                                    {profile.totals.*info.total, 1}, info.unit));
    }
  }
  std::stable_sort(after.rows.begin(), after.rows.end(),
                   [](const AfterRow& a, const AfterRow& b) { return rank(a) < rank(b); });
  return after;
}

}  // namespace mallocop::report
