// See baseline_page.h.
#include "report/output/baseline_page.h"

#include <fmt/format.h>

#include "report/output/figures.h"
#include "report/support/units.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewSites = 3;

BaselineValue value_of(const BaselineOperation& operation, Metric metric) {
  const auto found = operation.values.find(metric);
  return found == operation.values.end() ? BaselineValue() : found->second;
}

void append_sites(Section& section, const std::string& who, std::span<const BaselineSite> sites) {
  if (sites.empty()) return;
  section.item(0, "", {{who, Tone::kStrong}});
  for (size_t i = 0; i < sites.size() && i < kFewSites; ++i) {
    const std::string bytes = sites[i].bytes ? ", " + format_size(*sites[i].bytes) : "";
    section.item(1, "",
                 {{fmt::format("{}: {}{}", short_name(sites[i].function),
                               counted(sites[i].allocations, "allocation", "allocations"), bytes)}});
  }
  if (sites.size() > kFewSites) {
    section.item(1, "", {{fmt::format("and {} more", sites.size() - kFewSites), Tone::kDim}});
  }
}

Section operations_section(const Baseline& baseline) {
  Section section{"Operations", {}};
  Table table;
  table.columns = {{"operation", false, Cut::kFront},
                   {"calls", true},
                   {"allocs/op", true},
                   {"bytes/op", true},
                   {"most allocs", true},
                   {"peak", true}};
  for (const auto& [name, operation] : baseline.operations) {
    table.rows.push_back({{name, Tone::kStrong},
                          {format_count(operation.count)},
                          {short_number(value_of(operation, Metric::kAllocs).mean)},
                          {short_size(value_of(operation, Metric::kBytes).mean)},
                          {short_number(value_of(operation, Metric::kAllocs).max)},
                          {short_size(value_of(operation, Metric::kPeak).max)}});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section process_section(const Totals& totals) {
  Section section{"Whole process", {}};
  section.line(fmt::format("{}, {}; {} freed; peak {}", counted(totals.allocations, "allocation", "allocations"),
                           format_size(totals.bytes), format_count(totals.frees), format_size(totals.peak_bytes)));
  section.line(fmt::format("leaked: {}, {}", counted(totals.leaked_allocations, "block", "blocks"),
                           format_size(totals.leaked_bytes)));
  return section;
}

}  // namespace

Page baselines_page(const std::string& folder, std::span<const Baseline> baselines) {
  Page page{"Baselines in " + folder, {}};
  Section section{fmt::format("{}", counted(baselines.size(), "baseline", "baselines")), {}};
  Table table;
  table.columns = {{"name", false, Cut::kEnd},     {"operations", true}, {"allocations", true}, {"libc"},
                   {"compiler", false, Cut::kEnd}, {"mallocop"}};
  for (const Baseline& baseline : baselines) {
    table.rows.push_back({{baseline.name, Tone::kStrong},
                          {format_count(baseline.operations.size())},
                          {format_count(baseline.totals.allocations)},
                          {condition_of(baseline.fingerprint, "libc")},
                          {condition_of(baseline.fingerprint, "compiler")},
                          {baseline.tool_version}});
  }
  if (table.rows.empty()) {
    section.line("make one with: mallocop run --save-baseline NAME -- COMMAND");
  } else {
    section.blocks.emplace_back(std::move(table));
  }
  page.sections.push_back(std::move(section));
  return page;
}

Page baseline_page(const Baseline& baseline) {
  Page page{fmt::format("Baseline '{}' ({})", baseline.name, baseline.file), {}};
  if (!baseline.operations.empty()) page.sections.push_back(operations_section(baseline));
  page.sections.push_back(process_section(baseline.totals));
  Section sites{"Who allocates", {}};
  for (const auto& [name, operation] : baseline.operations) append_sites(sites, name, operation.sites);
  append_sites(sites, "whole process", baseline.sites);
  if (!sites.blocks.empty()) page.sections.push_back(std::move(sites));
  Section measured{"Measured with", {}};
  for (const auto& [key, value] : baseline.fingerprint) measured.line(fmt::format("{}: {}", key, value));
  if (baseline.fingerprint.count("tool-version") == 0) measured.line("tool-version: " + baseline.tool_version);
  page.sections.push_back(std::move(measured));
  return page;
}

}  // namespace mallocop::report
