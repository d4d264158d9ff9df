#include "report/output/diff_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "report/output/figures.h"
#include "report/output/place.h"
#include "report/support/units.h"
#include "report/symbols/short_name.h"
#include "report/verdict/metrics.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewRows = 16;

std::string amount(Rational value, Unit unit) { return unit == Unit::kSize ? short_size(value) : short_number(value); }

std::string amount(const std::optional<Rational>& value, Unit unit) { return value ? amount(*value, unit) : "-"; }

// "-64.7 %", "+3" where there was nothing before. Less is better, of everything that is counted.
Span change_of(Rational before, Rational now, Unit unit) {
  if (now == before) return {"same", Tone::kDim};
  const Tone tone = now > before ? Tone::kBad : Tone::kGood;
  if (before.num == 0) return {"+" + amount(now, unit), tone};
  const double ratio = now.to_double() / before.to_double();
  if (ratio >= 10) return {fmt::format("x {:.0f}", ratio), tone};
  const double percent = (ratio - 1) * 100;
  // A change is never shown as none, nor something that is left as nothing.
  if (percent > -0.05 && percent < 0.05) return {percent < 0 ? ">-0.1 %" : "<+0.1 %", tone};
  if (percent < -99.9 && now.num != 0) return {">-100 %", tone};
  return {fmt::format("{:+.1f} %", percent), tone};
}

Span change_of(const Pair<Rational>& pair, Unit unit) {
  if (!pair.before) return {"new", Tone::kWarning};
  if (!pair.now) return {"gone", Tone::kDim};
  return change_of(*pair.before, *pair.now, unit);
}

Span time_change(double before, double now) {
  if (before <= 0) return {"-", Tone::kDim};
  return {fmt::format("{:+.1f} %", (now / before - 1) * 100)};  // times of two runs differ anyway: no colour
}

Table figures_table() {
  Table table;
  table.columns = {{"operation", false, Cut::kFront}, {"figure"}, {"before", true}, {"now", true}, {"change", true}};
  return table;
}

// Allocations and bytes of each operation, the other metrics where they changed, and the time of a call.
void add_operation(Table& table, const OperationChange& change) {
  std::string name = change.name;  // in the first row only
  const auto row = [&](std::string figure, std::string before, std::string now, const Span& what) {
    table.rows.push_back({{name, Tone::kStrong}, {std::move(figure)}, {std::move(before)}, {std::move(now)}, what});
    name.clear();
  };
  for (const MetricChange& metric : change.metrics) {
    const MetricInfo& info = info_of(metric.metric);
    const bool usual = metric.metric == Metric::kAllocs || metric.metric == Metric::kBytes;
    if (usual || metric.mean.differs()) {
      row(std::string(info.name) + "/op", amount(metric.mean.before, info.unit), amount(metric.mean.now, info.unit),
          change_of(metric.mean, info.unit));
    } else if (metric.max.differs()) {
      row(std::string(info.name) + " max", amount(metric.max.before, info.unit), amount(metric.max.now, info.unit),
          change_of(metric.max, info.unit));
    }
  }
  if (change.time_ns.before && change.time_ns.now) {
    row("time/op", short_time(*change.time_ns.before), short_time(*change.time_ns.now),
        time_change(*change.time_ns.before, *change.time_ns.now));
  }
}

Section operations_section(const Comparison& comparison, size_t top) {
  Section section{"Operations", {}};
  Table table = figures_table();
  size_t hidden = 0;
  size_t alike = 0;
  for (const OperationChange& change : comparison.operations) {
    if (table.rows.size() < std::max(kFewRows, top)) {
      add_operation(table, change);
    } else {
      ++(change.differs() ? hidden : alike);
    }
  }
  section.blocks.emplace_back(std::move(table));
  if (hidden > 0)
    section.line(fmt::format("and {} that changed (--top shows more)", counted(hidden, "operation", "operations")));
  if (alike > 0) section.line(fmt::format("and {} alike", counted(alike, "operation", "operations")), Tone::kDim);
  return section;
}

Section process_section(const Comparison& comparison) {
  Section section{"Whole process", {}};
  Table table = figures_table();
  table.columns.erase(table.columns.begin());
  for (const TotalChange& total : comparison.totals) {
    const MetricInfo& info = info_of(total.metric);
    const Rational before{total.before, 1};
    const Rational now{total.now, 1};
    table.rows.push_back({{std::string(info.name)},
                          {amount(before, info.unit)},
                          {amount(now, info.unit)},
                          change_of(before, now, info.unit)});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

// "new", "less": what became of it.
Span what_became(const PlaceChange& place) {
  const Pair<Rational>& by = place.allocations.differs() ? place.allocations : place.bytes;
  if (!place.allocations.before) return {place.certain ? "new" : "new, or small before", Tone::kBad};
  if (!place.allocations.now) return {place.certain ? "gone" : "gone, or small now", Tone::kGood};
  const bool more = by.now.value_or(Rational()) > by.before.value_or(Rational());
  return {more ? "more" : "less", more ? Tone::kBad : Tone::kGood};
}

std::string figures(const PlaceChange& place) {
  const auto both = [](const Pair<Rational>& pair, Unit unit) {
    const std::string before = amount(pair.before.value_or(Rational()), unit);
    const std::string now = amount(pair.now.value_or(Rational()), unit);
    return before == now ? now : before + " -> " + now;
  };
  std::string text = both(place.allocations, Unit::kCount) + " allocations";
  if (place.bytes.before || place.bytes.now) text += ", " + both(place.bytes, Unit::kSize);
  return text + (place.operation.empty() ? " in all, outside operations" : " per call of " + place.operation);
}

Section places_section(const Comparison& comparison, size_t top, bool whole_names) {
  const size_t shown = std::min(top, comparison.places.size());
  Section section{"Who made the difference", {}};
  if (shown < comparison.places.size()) {
    section.title += fmt::format(" ({} of {}; --top shows more)", shown, format_count(comparison.places.size()));
  }
  for (size_t index = 0; index < shown; ++index) {
    const PlaceChange& place = comparison.places[index];
    const std::string position = position_text(place.place.file, place.place.line);
    section.item(0, fmt::format("{}.", index + 1),
                 {{what_became(place)},
                  {": "},
                  {shown_name(place.function, whole_names), Tone::kStrong},
                  {position.empty() ? "" : " " + position}});
    section.item(1, "", {{figures(place)}});
    if (!place.place.cause.empty()) section.item(1, "", {{"cause: " + place.place.cause}});
  }
  if (comparison.places.empty()) section.line("nobody: all places allocate as before");
  if (comparison.places_alike > 0 && !comparison.places.empty()) {
    section.line(fmt::format("and {} alike", counted(comparison.places_alike, "place", "places")), Tone::kDim);
  }
  return section;
}

}  // namespace

Page diff_page(const Comparison& comparison, size_t top, bool whole_names) {
  Page page{fmt::format("Difference: {} -> {}", comparison.before, comparison.now), {}};
  if (!comparison.conditions.empty()) {
    Section section{"Measured under different conditions", {}};
    for (const std::string& condition : comparison.conditions) section.line(condition, Tone::kWarning);
    page.sections.push_back(std::move(section));
  }
  if (!comparison.operations.empty()) page.sections.push_back(operations_section(comparison, top));
  page.sections.push_back(process_section(comparison));
  page.sections.push_back(places_section(comparison, top, whole_names));
  return page;
}

}  // namespace mallocop::report
