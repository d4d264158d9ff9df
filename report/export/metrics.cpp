// See metrics.h.
#include "report/export/metrics.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

template <uint64_t Totals::*member>
uint64_t total_of(const Profile& profile) {
  return profile.totals.*member;
}

uint64_t peak_blocks_of(const Profile& profile) { return profile.memory.peak_blocks; }

constexpr std::array<ExportMetric, kExportMetrics> kMetrics = {{
    {"allocations", "count", "allocations", "Allocations", "alloc_objects", &Site::allocations,
     total_of<&Totals::allocations>},
    {"bytes", "bytes", "bytes", "Bytes", "alloc_space", &Site::bytes, total_of<&Totals::bytes>},
    {"temporary", "count", "temporary allocations", "Temporary", "temporary_objects", &Site::temporary,
     total_of<&Totals::temporary>},
    {"peak_blocks", "count", "blocks at the peak", "PeakBlocks", "peak_objects", &Site::peak_blocks, peak_blocks_of},
    {"peak_bytes", "bytes", "bytes at the peak", "PeakBytes", "peak_space", &Site::peak_bytes,
     total_of<&Totals::peak_bytes>},
    {"leaked_allocations", "count", "leaked allocations", "LeakedBlocks", "inuse_objects", &Site::leaked_allocations,
     total_of<&Totals::leaked_allocations>},
    {"leaked_bytes", "bytes", "leaked bytes", "LeakedBytes", "inuse_space", &Site::leaked_bytes,
     total_of<&Totals::leaked_bytes>},
}};

}  // namespace

std::span<const ExportMetric, kExportMetrics> export_metrics() { return kMetrics; }

const ExportMetric* find_export_metric(std::string_view name) {
  const auto found =
      std::find_if(kMetrics.begin(), kMetrics.end(), [&](const ExportMetric& one) { return one.name == name; });
  return found == kMetrics.end() ? nullptr : &*found;
}

ExportValues values_of(const Site& site) {
  ExportValues values{};
  for (size_t metric = 0; metric < kExportMetrics; ++metric) values[metric] = site.*kMetrics[metric].of_site;
  return values;
}

void add_to(ExportValues& sum, const ExportValues& values) {
  for (size_t metric = 0; metric < kExportMetrics; ++metric) saturating_add_to(sum[metric], values[metric]);
}

ExportValues short_lived_values(const Profile& profile) {
  ExportValues values{};
  for (size_t metric = 0; metric < kExportMetrics; ++metric) {
    if (kMetrics[metric].of_site != &Site::peak_blocks && kMetrics[metric].of_site != &Site::peak_bytes) continue;
    uint64_t left = kMetrics[metric].total(profile);
    for (const Site& site : profile.sites) left -= std::min(left, site.*kMetrics[metric].of_site);
    values[metric] = left;
  }
  return values;
}

}  // namespace mallocop::report
