// The metrics and statistics that budgets, limits and baselines speak of: each name is written once, here.
#pragma once

#include <span>
#include <string_view>

#include "report/model/profile.h"
#include "report/support/units.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

struct MetricInfo {
  Metric metric;
  std::string_view name;  // as in a budget file
  Unit unit;
  Distribution Operation::*per_call;  // null: latency, or a metric of the whole process only
  uint64_t Totals::*total;            // null: a metric of operations only
  uint64_t Site::*share;              // orders sites by what they contribute
  bool share_is_exact;                // the shares of all sites add up to the metric, so that some can be subtracted
};

struct StatisticInfo {
  Statistic statistic;
  std::string_view name;
  Rational Distribution::*of_distribution;
  double Latency::*of_latency;
};

std::span<const MetricInfo> all_metrics();
const MetricInfo& info_of(Metric metric);
const StatisticInfo& info_of(Statistic statistic);  // not for kTotal, which is a Distribution's total

// Null if there is none of that name.
const MetricInfo* find_operation_metric(std::string_view name);
const MetricInfo* find_total_metric(std::string_view name);
const StatisticInfo* find_statistic(std::string_view name);

// For messages, in the order of the documentation.
std::span<const std::string_view> operation_metric_names();
std::span<const std::string_view> total_metric_names();
std::span<const std::string_view> statistic_names();

}  // namespace mallocop::report
