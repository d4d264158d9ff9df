#include "report/verdict/metrics.h"

#include <algorithm>
#include <array>
#include <vector>

namespace mallocop::report {
namespace {

using O = Operation;
using T = Totals;
using S = Site;

// A site does not know which of its blocks were live at a call's peak or when it ended: those metrics order sites by
// bytes.
constexpr std::array<MetricInfo, 10> kMetrics = {{
    {Metric::kAllocs, "allocs", Unit::kCount, &O::allocations, &T::allocations, &S::allocations, true},
    {Metric::kBytes, "bytes", Unit::kSize, &O::bytes, &T::bytes, &S::bytes, true},
    {Metric::kFrees, "frees", Unit::kCount, &O::frees, nullptr, &S::allocations, false},
    {Metric::kTemporary, "temporary", Unit::kCount, &O::temporary, nullptr, &S::temporary, true},
    {Metric::kPeak, "peak", Unit::kSize, &O::peak, nullptr, &S::bytes, false},
    {Metric::kNet, "net", Unit::kSize, &O::net, nullptr, &S::bytes, false},
    {Metric::kLatency, "latency", Unit::kTime, nullptr, nullptr, &S::allocations, false},
    {Metric::kLeakedBytes, "leaked_bytes", Unit::kSize, nullptr, &T::leaked_bytes, &S::leaked_bytes, true},
    {Metric::kLeakedAllocs, "leaked_allocs", Unit::kCount, nullptr, &T::leaked_allocations, &S::leaked_allocations,
     true},
    {Metric::kPeakBytes, "peak_bytes", Unit::kSize, nullptr, &T::peak_bytes, &S::peak_bytes, false},
}};

constexpr std::array<StatisticInfo, 5> kStatistics = {{
    {Statistic::kMean, "mean", &Distribution::mean, &Latency::mean_ns},
    {Statistic::kMin, "min", &Distribution::min, &Latency::min_ns},
    {Statistic::kP50, "p50", &Distribution::p50, &Latency::p50_ns},
    {Statistic::kP99, "p99", &Distribution::p99, &Latency::p99_ns},
    {Statistic::kMax, "max", &Distribution::max, &Latency::max_ns},
}};

bool of_operations(const MetricInfo& info) { return info.per_call != nullptr || info.metric == Metric::kLatency; }
bool of_process(const MetricInfo& info) { return info.total != nullptr; }

template <typename Table, typename Wanted>
auto find_named(const Table& table, std::string_view name, Wanted wanted) -> const typename Table::value_type* {
  for (const auto& row : table) {
    if (row.name == name && wanted(row)) return &row;
  }
  return nullptr;
}

template <typename Table, typename Wanted>
std::vector<std::string_view> names_in(const Table& table, Wanted wanted) {
  std::vector<std::string_view> names;
  for (const auto& row : table) {
    if (wanted(row)) names.push_back(row.name);
  }
  return names;
}

constexpr auto kAny = [](const auto&) { return true; };

}  // namespace

std::span<const MetricInfo> all_metrics() { return kMetrics; }

const MetricInfo& info_of(Metric metric) {
  return *std::find_if(kMetrics.begin(), kMetrics.end(), [&](const MetricInfo& row) { return row.metric == metric; });
}

const StatisticInfo& info_of(Statistic statistic) {
  return *std::find_if(kStatistics.begin(), kStatistics.end(),
                       [&](const StatisticInfo& row) { return row.statistic == statistic; });
}

const MetricInfo* find_operation_metric(std::string_view name) { return find_named(kMetrics, name, of_operations); }
const MetricInfo* find_total_metric(std::string_view name) { return find_named(kMetrics, name, of_process); }
const StatisticInfo* find_statistic(std::string_view name) { return find_named(kStatistics, name, kAny); }

std::span<const std::string_view> operation_metric_names() {
  static const std::vector<std::string_view> kNames = names_in(kMetrics, of_operations);
  return kNames;
}

std::span<const std::string_view> total_metric_names() {
  static const std::vector<std::string_view> kNames = names_in(kMetrics, of_process);
  return kNames;
}

std::span<const std::string_view> statistic_names() {
  static const std::vector<std::string_view> kNames = names_in(kStatistics, kAny);
  return kNames;
}

}  // namespace mallocop::report
