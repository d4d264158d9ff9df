// *Baseline*: what every operation costs, and the whole process.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "report/output/figures.h"
#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewOperations = 8;  // shown without being asked for more

// The operations to show, in their own order: all, or those that allocate most.
std::vector<size_t> shown_operations(const Profile& profile, size_t limit) {
  std::vector<size_t> shown(profile.operations.size());
  std::iota(shown.begin(), shown.end(), size_t{0});
  if (shown.size() <= limit) return shown;
  std::stable_sort(shown.begin(), shown.end(), [&](size_t a, size_t b) {
    const Operation& first = profile.operations[a];
    const Operation& second = profile.operations[b];
    return std::pair(first.allocations.total, first.count) > std::pair(second.allocations.total, second.count);
  });
  shown.resize(limit);
  std::sort(shown.begin(), shown.end());
  return shown;
}

Table operations_table(const Profile& profile, const std::vector<size_t>& shown) {
  const bool timed = std::any_of(shown.begin(), shown.end(),
                                 [&](size_t index) { return profile.operations[index].latency.has_value(); });
  const bool timed_by_harness = std::any_of(
      shown.begin(), shown.end(), [&](size_t index) { return profile.operations[index].harness_time.has_value(); });
  Table table;
  table.columns = {{"operation", false, Cut::kFront}, {"calls", true}};
  if (timed) table.columns.insert(table.columns.end(), {{"calls/s", true}, {"p50", true}, {"p99", true}});
  if (timed_by_harness) table.columns.insert(table.columns.end(), {{"time/op", true}, {"cpu/op", true}});
  table.columns.insert(table.columns.end(), {{"allocs/op", true}, {"bytes/op", true}});
  for (const size_t index : shown) {
    const Operation& operation = profile.operations[index];
    const std::string scope = operation.whole_process ? " (all threads)" : "";
    std::vector<Span> row = {{operation.name + scope, Tone::kStrong}, {format_count(operation.count)}};
    if (timed && operation.latency) {
      const Latency& latency = *operation.latency;
      row.push_back({short_rate(latency.throughput_per_s)});
      row.push_back({format_time(latency.p50_ns)});
      row.push_back({format_time(latency.p99_ns)});
    } else if (timed) {
      row.insert(row.end(), 3, {"-"});
    }
    if (timed_by_harness) {
      const std::optional<HarnessTime>& time = operation.harness_time;
      row.push_back({time ? short_time(time->real_ns) : "-"});
      row.push_back({time ? short_time(time->cpu_ns) : "-"});
    }
    const bool ran = operation.count > 0;
    row.push_back({ran ? short_number(operation.allocations.mean) : "-"});
    row.push_back({ran ? short_size(operation.bytes.mean) : "-"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string totals_line(const Profile& profile) {
  const Totals& totals = profile.totals;
  std::string text = fmt::format("whole process: {} of {}, {}, {} temporary; peak {}",
                                 counted(totals.allocations, "allocation", "allocations"), format_size(totals.bytes),
                                 counted(totals.frees, "free", "frees"), format_count(totals.temporary),
                                 format_size(totals.peak_bytes));
  text += totals.leaked_allocations == 0 ? ", nothing leaked"
                                         : fmt::format(", leaked {} ({})", format_size(totals.leaked_bytes),
                                                       counted(totals.leaked_allocations, "block", "blocks"));
  if (profile.duration_s > 0) text += fmt::format("; {}", format_time(profile.duration_s * 1e9));
  return text;
}

}  // namespace

Section baseline_section(const Profile& profile, const OutputOptions& options) {
  Section section{"Baseline", {}};
  const std::vector<size_t> shown = shown_operations(profile, std::max(kFewOperations, options.top));
  if (!shown.empty()) {
    section.blocks.emplace_back(operations_table(profile, shown));
    if (const size_t hidden = profile.operations.size() - shown.size()) {
      section.line(fmt::format("and {} that allocate less (--top {} shows all)",
                               counted(hidden, "operation", "operations"), profile.operations.size()),
                   Tone::kDim);
    }
  }
  section.line(totals_line(profile));
  add_memory_lines(section, profile, options);
  return section;
}

}  // namespace mallocop::report
