// What an export may count: the figures that every site has a share of, with the names that they have in each format.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "report/model/profile.h"

namespace mallocop::report {

struct ExportMetric {
  std::string_view name;   // as --metric takes it, and in JSON: that of the report's totals
  std::string_view unit;   // "count" or "bytes"
  std::string_view words;  // for a person
  std::string_view event;  // one word: callgrind
  std::string_view pprof;  // as Go's heap profiles call it, where they have it
  uint64_t Site::*of_site;
  uint64_t (*total)(const Profile&);
};

inline constexpr size_t kExportMetrics = 7;
using ExportValues = std::array<uint64_t, kExportMetrics>;  // one for each metric, in their order

std::span<const ExportMetric, kExportMetrics> export_metrics();

// The row of that name; null if there is none.
const ExportMetric* find_export_metric(std::string_view name);

ExportValues values_of(const Site& site);

// Stops at the largest number, as all sums of a report do.
void add_to(ExportValues& sum, const ExportValues& values);

// The blocks of the peak that belong to no site: they came and went within one window of the trace, and windows do not
// say whose those are. All other values are 0.
ExportValues short_lived_values(const Profile& profile);

}  // namespace mallocop::report
